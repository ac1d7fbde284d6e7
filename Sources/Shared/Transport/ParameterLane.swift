public import Parameters
public import Wire

/// A lane of a server: a socket, its own part of the server's chunks, and the line to the server that holds their
/// replica, where there is one. Used by one thread.
public struct ParameterLane: ~Copyable {
  private var socket: ServerLane
  private var service: ParameterService
  private let backup: Backup?

  public init(_ socket: consuming ServerLane, serving service: ParameterService, backup: Backup? = nil) {
    self.socket = socket
    self.service = service
    self.backup = backup
  }

  public var store: ParameterStore { service.store }
  /// The TCP port on which it listens.
  public var port: UInt16 { Endpoint.port(of: socket.endpoint) }
  /// How stale the gradients were that it applied.
  public var staleness: StalenessTally { service.store.staleness }
  public var droppedFrames: Int { socket.droppedFrames }
  public var traffic: Traffic { socket.traffic }
  /// The newest start of this server that a request spoke of.
  public var newestGeneration: UInt32 { socket.newestGeneration }

  /// Answers what has come about parameters, after waiting for it for some milliseconds.
  ///
  /// - Returns: The requests that are about something else.
  public mutating func turn(within milliseconds: Int) throws -> [Incoming] {
    let requests = try socket.receive(within: milliseconds, or: backup?.lines.interests ?? [])
    let others = try service.answer(requests) { try socket.send($0.reply, $0.parts, to: $0.address) }
    guard let backup else { return others }
    var answers: [Connection.Answer] = []
    try backup.exchange { answers.append($0) }
    for answer in answers {
      try service.hear(answer.reply, to: answer.request) { try socket.send($0.reply, $0.parts, to: $0.address) }
    }
    for forward in service.takeForwards() { backup.send(forward.request, forward.parts) }
    return others
  }

  /// Answers a request.
  public mutating func send(_ reply: Reply, to address: ReturnAddress) throws { try socket.send(reply, to: address) }
}
