public import Wire

/// Who asked, and under which number the answer is awaited.
public struct ReturnAddress: Hashable, Sendable {
  let identity: [UInt8]
  let request: UInt64
}

/// A request that came in.
public struct Incoming: Sendable {
  public let sender: ReturnAddress
  public let request: Request
  /// The parts with values that followed.
  public let parts: [Message]
}

/// Bytes that came and went.
public struct Traffic: Equatable, Sendable {
  public var received = 0
  public var sent = 0

  public init() {}

  public var total: Int { received + sent }

  public mutating func add(_ other: Traffic) {
    received += other.received
    sent += other.sent
  }
}

/// A lane's socket, and what every request passes on its way in: is it readable, of this run, and for this server?
///
/// It listens on TCP, and for processes of the same machine on a local socket too (`Endpoint`).
public struct ServerLane: ~Copyable {
  private let socket: Socket
  private let door: Doorkeeper?  // stays as long as the socket
  private let run: UInt64
  /// The server's count of its own starts.
  public let generation: UInt32

  /// Where the lane listens, with its real port.
  public let endpoint: String
  /// Frames that could not be read, or were for another run.
  public private(set) var droppedFrames = 0
  /// The bytes of all messages that came in, and of those that went out.
  public private(set) var traffic = Traffic()
  /// The newest start of this server that a request spoke of.
  public private(set) var newestGeneration: UInt32

  /// - Parameter endpoint: `tcp://127.0.0.1:0` for a free port.
  /// - Parameter generation: Asked for when the lane listens: a start that cannot listen must not be counted, since it
  ///   would take the place of one that does.
  /// - Parameter door: Who decides which clients may connect; `nil` where all may.
  public init(
    in context: Context, listening endpoint: String, run: UInt64, door: Doorkeeper? = nil,
    generation: @autoclosure () throws -> UInt32
  ) throws {
    let socket = try Socket(.router, in: context)
    try door?.guardEntrance(of: socket)
    let bound = try socket.bind(endpoint)
    try socket.bind(Endpoint.local(port: Endpoint.port(of: bound)))
    let generation = try generation()
    self.socket = socket
    self.door = door
    self.endpoint = bound
    self.run = run
    self.generation = generation
    newestGeneration = generation
  }

  /// The requests that are there, after waiting for the first of them for some milliseconds. What cannot be read is
  /// refused and counted.
  ///
  /// - Parameters:
  ///   - others: What else ends the wait.
  ///   - most: How many messages are taken at once, readable or not: whoever sends rubbish without end must not keep
  ///     the server from the rest of its work.
  mutating func receive(
    within milliseconds: Int, or others: [Socket.Interest] = [], most: Int = 100
  ) throws(TransportError) -> [Incoming] {
    try Socket.wait(for: [socket.interest] + others, milliseconds: milliseconds)
    var requests: [Incoming] = []
    for _ in 0..<most {
      guard let parts = try socket.receive() else { break }
      for part in parts { traffic.received += part.count }
      if let incoming = try read(parts) { requests.append(incoming) }
    }
    return requests
  }

  /// Answers a request.
  public mutating func send(
    _ reply: Reply, _ parts: [Message] = [], to address: ReturnAddress
  ) throws(TransportError) {
    let envelope = Envelope(run: run, generation: generation, request: address.request)
    let message = [Message(address.identity), Message(reply.encoded(envelope))] + parts
    for part in message { traffic.sent += part.count }
    try socket.send(message)
  }

  private mutating func read(_ parts: [Message]) throws(TransportError) -> Incoming? {
    let identity = parts[0].array
    guard parts.count > 1 else {
      droppedFrames += 1
      return nil
    }
    let envelope: Envelope
    let request: Request
    do {
      (envelope, request) = try Request.decode(parts[1].array)
    } catch {
      droppedFrames += 1
      try send(.refused("\(error)"), to: ReturnAddress(identity: identity, request: 0))
      return nil
    }
    let sender = ReturnAddress(identity: identity, request: envelope.request)
    guard envelope.run == run || request == .settings else {
      droppedFrames += 1
      let expected = String(run, radix: 16)
      let came = String(envelope.run, radix: 16)
      try send(.refused("this server serves run \(expected), the request is of run \(came)"), to: sender)
      return nil
    }
    newestGeneration = max(newestGeneration, envelope.generation)
    return Incoming(sender: sender, request: request, parts: Array(parts.dropFirst(2)))
  }
}
