/// Which way messages go to a server of the same machine.
public enum Route: String, Sendable, CaseIterable {
  /// The local socket, where there is one.
  case nearest
  /// The network, even there.
  case tcp

  /// - Parameter address: `host:port`.
  func endpoint(of address: String) -> String {
    self == .tcp ? "tcp://\(address)" : Endpoint.nearest(to: address)
  }
}
