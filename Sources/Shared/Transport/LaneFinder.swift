/// Where the lanes of each server are: the first one is known, and tells the ports of the others.
final class LaneFinder {
  /// Seconds between two questions.
  private static let pauseSeconds = 0.2

  private let address: (Int) throws -> String
  /// By server; from the second lane on.
  private var ports: [[UInt16]]
  private var nextQuestion: [Double]

  /// - Parameter address: Where the first lane of a server is now, as `host:port`.
  init(servers: Int, address: @escaping (Int) throws -> String) {
    self.address = address
    ports = Array(repeating: [], count: servers)
    nextQuestion = Array(repeating: 0, count: servers)
  }

  /// `host:port` of a lane.
  func address(ofLane lane: Int, server: Int) throws -> String {
    let first = try address(server)
    guard lane > 0 else { return first }
    guard ports[server].count >= lane, let colon = first.lastIndex(of: ":") else {
      throw TransportError.call("lane \(lane) of server \(server)", reason: "it has not said where it listens")
    }
    return "\(first[..<colon]):\(ports[server][lane - 1])"
  }

  func found(_ ports: [UInt16], of server: Int) { self.ports[server] = ports }

  /// Whether it is time to ask a server again.
  func mayAsk(_ server: Int) -> Bool {
    let now = Clock.seconds
    guard now >= nextQuestion[server] else { return false }
    nextQuestion[server] = now + Self.pauseSeconds
    return true
  }
}
