/// Why processes of a run could not be found, started or kept: what was expected, what came and where, in one line.
public struct ClusterError: Error, Equatable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
