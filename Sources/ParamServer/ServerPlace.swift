import Clusters
import Parameters

/// Where a server listens, and where others are told to reach it.
struct ServerPlace {
  private let host: String
  /// 0 for any free one.
  private let port: UInt16
  /// Whether the other lanes listen on the ports that follow; otherwise on any free ones.
  private let lanesFollow: Bool
  private let advertisedHost: String

  /// - Parameters:
  ///   - listen: `tcp://HOST:PORT`; by default what the launcher says, and loopback without one.
  ///   - advertise: The host by which others reach the server; by default the one it listens on, and where these are all
  ///     of its host's, the address by which that one sends.
  init(listen: String?, advertise: String?, launcher: Launcher?, index: Int) throws {
    let told = try listen == nil ? launcher?.place(ofServer: index) : nil
    if let listen {
      (host, port) = try Self.parse(listen)
    } else if let told {
      (host, port) = ("*", told.port)
    } else {
      (host, port) = ("127.0.0.1", 0)
    }
    lanesFollow = listen != nil && port > 0
    let own = ["*", "0.0.0.0", "[::]"].contains(host) ? ServerAddress.ofThisHost() : host
    guard let advertised = advertise ?? told?.host ?? own else {
      throw ClusterError(
        "expected --advertise HOST, by which others reach this one: it listens on all of its addresses")
    }
    advertisedHost = advertised
  }

  /// The endpoint of the first lane.
  var endpoint: String { "tcp://\(host):\(port)" }

  var isLoopback: Bool { ServerAddress.isLoopback(host) }

  func endpoint(ofLane lane: Int) throws -> String {
    guard lanesFollow else { return "tcp://\(host):0" }
    guard let next = UInt16(exactly: Int(port) + lane) else {
      throw SettingsError("expected a --listen port with room for \(lane) lanes behind it, not \(port)")
    }
    return "tcp://\(host):\(next)"
  }

  /// `host:port`, as others reach what listens on an endpoint.
  func advertised(_ endpoint: String) -> String {
    "\(advertisedHost):\(endpoint[endpoint.index(after: endpoint.lastIndex(of: ":")!)...])"
  }

  /// - Throws: `ClusterError` if it is no `tcp://HOST:PORT`.
  static func parse(_ listen: String) throws -> (host: String, port: UInt16) {
    let place = listen.dropFirst("tcp://".count)
    guard listen.hasPrefix("tcp://"), let colon = place.lastIndex(of: ":"), colon > place.startIndex,
      let port = UInt16(place[place.index(after: colon)...])
    else { throw ClusterError("--listen must be tcp://HOST:PORT, it is '\(listen)'.") }
    return (String(place[..<colon]), port)
  }
}
