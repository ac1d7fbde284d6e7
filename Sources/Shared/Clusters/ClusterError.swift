/// Why processes of a run could not be found, started or kept: what was expected, what came and where, in one line.
public struct ClusterError: Error, Equatable, CustomStringConvertible {
  public let description: String
  /// Whether another try may succeed, without a change of the configuration.
  public let mayPass: Bool

  public init(_ description: String, mayPass: Bool = false) {
    self.description = description
    self.mayPass = mayPass
  }
}
