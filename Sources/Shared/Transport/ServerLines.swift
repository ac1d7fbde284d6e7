import Foundation
public import Parameters
public import Wire

/// One asker's lines to all servers of a run: one to each lane. Used by one thread.
public final class ServerLines {
  /// By server and lane.
  private let connections: [[Connection]]
  private let laneFinder: LaneFinder
  private let isCancelled: () -> Bool

  public var count: Int { connections.count }
  /// The lanes of each server.
  public var lanes: Int { connections[0].count }
  /// Whether nothing is waited for.
  public var isIdle: Bool { connections.allSatisfy { $0.allSatisfy(\.isIdle) } }

  /// - Parameters:
  ///   - servers: How many there are.
  ///   - lanes: How many each of them has; 1 for those who do not ask for parameters.
  ///   - run: The run's number; 0 where it is not known yet, and only its settings are asked for.
  ///   - address: Where a server is now, as `host:port`; asked again whenever it is silent.
  ///   - route: Which way to go where the server is on this machine.
  ///   - keys: With which keys a server is spoken to now, `nil` for plainly; asked whenever its address is. What it throws
  ///     ends the asking.
  ///   - isCancelled: Whether waiting is to end.
  public init(
    in context: Context, servers: Int, lanes: Int = 1, run: UInt64, patience: Patience = Patience(),
    route: Route = .nearest, address: @escaping (Int) throws -> String,
    keys: @escaping (Int) throws -> ClientKeys? = { _ in nil }, isCancelled: @escaping () -> Bool = { false }
  ) throws(TransportError) {
    let laneFinder = LaneFinder(servers: servers, address: address)
    var connections: [[Connection]] = []
    for server in 0..<servers {
      var lines: [Connection] = []
      for lane in 0..<lanes {
        lines.append(
          try Connection(
            in: context, run: run, patience: patience,
            resolve: { route.endpoint(of: try laneFinder.address(ofLane: lane, server: server)) },
            keys: { try keys(server) }))
      }
      connections.append(lines)
    }
    self.connections = connections
    self.laneFinder = laneFinder
    self.isCancelled = isCancelled
  }

  /// Asks server 0 for the settings of its run.
  public func settings() throws -> RunSettings {
    let reply = try answer(to: .settings)
    guard case .settings(let json) = reply else { throw TransportError.unexpected(reply, for: "settings") }
    guard let settings = try? JSONDecoder().decode(RunSettings.self, from: Data(json)) else {
      throw TransportError.wrong(
        "a run's settings expected as JSON, with sizes above 0, \(json.count) other bytes came")
    }
    return settings
  }

  /// Takes part in the run.
  ///
  /// - Returns: The worker's incarnation, and where it is to go on drawing patches, if that is known.
  public func join(_ join: Request.Join) throws -> (incarnation: UInt64, sampler: String?) {
    let reply = try answer(to: .join(join))
    guard case .joined(let incarnation, let sampler) = reply else {
      throw TransportError.unexpected(reply, for: "joined")
    }
    return (incarnation, sampler.isEmpty ? nil : sampler)
  }

  /// Asks one server, and waits for its answer.
  public func answer(to request: Request, from server: Int = 0) throws -> Reply {
    var answer: Reply?
    ask(server, request)
    try drive(until: { answer != nil }, handle: { if $0.request == request { answer = $0.reply } })
    return answer!
  }

  /// Tells server 0 that this process goes, and forgets all that was asked before. It waits for the answer for five
  /// seconds, also where the process was told to stop.
  public func takeLeave(_ request: Request) throws {
    forgetAll()
    var isDone = false
    ask(0, request)
    try drive(until: { isDone }, evenIfCancelledFor: 5, handle: { _ in isDone = true })
  }

  /// Asks one server; the answer comes out of `exchange`.
  public func ask(_ server: Int, _ request: Request) { ask(server, request, parts: []) }

  /// Sends what is due, and returns what has been answered, without waiting.
  public func exchange() throws -> [(server: Int, Reply)] {
    var replies: [(server: Int, Reply)] = []
    try exchange { replies.append(($0, $1.reply)) }
    return replies
  }

  /// Sends what is due, and hands over what has been answered, without waiting.
  func exchange(handle: (Int, Connection.Answer) throws -> Void) throws {
    for (server, lines) in connections.enumerated() {
      for connection in lines {
        do {
          try connection.drive { answer in
            if case (.lanes, .lanes(let ports)) = (answer.request, answer.reply) {
              laneFinder.found(ports, of: server)
            } else {
              try handle(server, answer)
            }
          }
        } catch TransportError.silent where connection.wasNeverFound {
          throw try lines[0].silence()  // which was to tell where the others are, and knows better what is wrong
        }
      }
      if lines.dropFirst().contains(where: \.isLookingForServer), laneFinder.mayAsk(server) {
        lines[0].ask(.lanes, parts: [])
      }
    }
  }

  var interests: [Socket.Interest] { connections.joined().map(\.interest) }

  func ask(_ server: Int, lane: Int = 0, _ request: Request, parts: [Message]) {
    connections[server][lane].ask(request, parts: parts)
  }

  func forgetAll() {
    for connection in connections.joined() { connection.forgetAll() }
  }

  /// Sends and receives until a condition holds.
  ///
  /// - Parameter grace: Where given, the wait lasts this many seconds at most and does not end when the asker is to stop.
  func drive(
    until isDone: () -> Bool, evenIfCancelledFor grace: Double? = nil, handle: (Connection.Answer) throws -> Void
  ) throws {
    let start = Clock.seconds
    while true {
      try exchange { try handle($1) }
      if isDone() { return }
      if let grace {
        if Clock.seconds - start > grace { throw TransportError.silent(server: "a server", seconds: grace) }
      } else if isCancelled() {
        throw TransportError.cancelled
      }
      let nextTry = connections.joined().compactMap(\.nextTry).min() ?? .infinity
      let milliseconds = min(100, max(1, (nextTry - Clock.seconds) * 1000))
      try Socket.wait(for: interests, milliseconds: Int(milliseconds))
    }
  }
}

extension TransportError {
  /// A reply of another kind than the one that was asked for.
  static func unexpected(_ reply: Reply, for expected: String) -> TransportError {
    wrong("\(expected) expected, '\("\(reply)".prefix { $0 != "(" })' came")
  }

  /// A reply that no server of ours gives.
  static func wrong(_ reason: String) -> TransportError { .call("a server's answer", reason: reason) }
}
