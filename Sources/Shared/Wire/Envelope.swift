/// What stands in front of every message, in 24 bytes, little-endian:
///
///      0        2         3           4            8         16           24
///      | 'A' 'N' | version | operation | generation | run     | request    |
///
/// The body follows in the same ZeroMQ part. Values of chunks follow as one part each, as the run's settings say: mostly
/// Float32, little-endian (`ValueFormat`, `GradientFormat`).
public struct Envelope: Equatable, Sendable {
  /// The version of the protocol; another one is refused.
  public static let version: UInt8 = 3

  /// The run that is meant: a server refuses requests of another.
  public var run: UInt64
  /// In a request, the newest start of the server that the asker knows of; in a reply, the server's own.
  public var generation: UInt32
  /// The asker's number of the request; its reply carries the same.
  public var request: UInt64

  public init(run: UInt64, generation: UInt32, request: UInt64) {
    self.run = run
    self.generation = generation
    self.request = request
  }

  func write(operation: UInt8, to writer: inout ByteWriter) {
    writer.write(UInt8(ascii: "A"))
    writer.write(UInt8(ascii: "N"))
    writer.write(Self.version)
    writer.write(operation)
    writer.write(generation)
    writer.write(run)
    writer.write(request)
  }

  static func read(from reader: inout ByteReader) throws(WireError) -> (Envelope, operation: UInt8) {
    let mark = (try reader.read(UInt8.self), try reader.read(UInt8.self))
    guard mark == (UInt8(ascii: "A"), UInt8(ascii: "N")) else { throw .notAntiphon }
    let version: UInt8 = try reader.read()
    guard version == Self.version else { throw .unknownVersion(version) }
    let operation: UInt8 = try reader.read()
    let generation: UInt32 = try reader.read()
    let envelope = Envelope(run: try reader.read(), generation: generation, request: try reader.read())
    return (envelope, operation)
  }
}
