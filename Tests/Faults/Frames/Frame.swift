/// A message as it is on the wire: its parts, of which the first tells what it is.
public struct Frame: Equatable, Sendable {
  public var parts: [[UInt8]]

  public init(_ parts: [[UInt8]]) {
    self.parts = parts
  }
}
