import Wire

/// How long to wait for answers.
public struct Patience: Sendable {
  /// Seconds until a request is first sent again; each further time it is twice as long.
  public var retrySeconds: Double
  /// The longest time between two tries.
  public var longestRetrySeconds: Double
  /// Seconds after which a server that does not answer is given up.
  public var giveUpSeconds: Double

  public init(retrySeconds: Double = 1, longestRetrySeconds: Double = 5, giveUpSeconds: Double = 300) {
    self.retrySeconds = retrySeconds
    self.longestRetrySeconds = longestRetrySeconds
    self.giveUpSeconds = giveUpSeconds
  }
}

/// One asker's line to one server: requests that are sent again until they are answered.
///
/// Used by one thread. What is on its way when a line breaks is lost in ZeroMQ, and an answer may come twice: each
/// request has a number, and is sent until an answer with its number comes.
final class Connection {
  /// What was asked, what was replied, and the parts with values that came with it.
  struct Answer {
    let request: Request
    let reply: Reply
    let parts: [Message]
  }

  private struct Outstanding {
    var request: Request
    let full: Request
    let parts: [Message]
    let since: Double
    var nextTry: Double
    var wait: Double
    var isTried = false
  }

  /// The least time between two looks for where the server is: while it is away, every request asks for that again.
  private static let lookupPauseSeconds = 0.1

  private let socket: Socket
  private let monitor: ConnectionMonitor
  private var failedHandshakes = 0
  /// When a broken handshake is tried again: ZeroMQ does not where the server refused it.
  private var nextHandshake: Double?
  private let run: UInt64
  private let patience: Patience
  private let resolve: () throws -> String
  private let keysNow: () throws -> ClientKeys?
  private var endpoint: String?
  private var keys: ClientKeys?
  private var nextLookup = 0.0
  private var generation: UInt32 = 0
  private var lastNumber: UInt64 = 0
  private var outstanding: [UInt64: Outstanding] = [:]
  private var lastHeard: Double

  /// - Parameters:
  ///   - run: The run that is meant.
  ///   - resolve: Where the server is now; asked again whenever it is silent.
  ///   - keys: With which keys it is spoken to there; what this throws ends the asking.
  init(
    in context: Context, run: UInt64, patience: Patience, resolve: @escaping () throws -> String,
    keys: @escaping () throws -> ClientKeys?
  ) throws(TransportError) {
    let socket = try Socket(.dealer, in: context)
    monitor = try ConnectionMonitor(of: socket, in: context)
    self.socket = socket
    self.run = run
    self.patience = patience
    self.resolve = resolve
    keysNow = keys
    lastHeard = Clock.seconds
  }

  var interest: Socket.Interest { socket.interest }
  var isIdle: Bool { outstanding.isEmpty }

  /// When `drive` has something to do even if nothing comes in.
  var nextTry: Double? { outstanding.values.map(\.nextTry).min() }

  /// Asks, at once where that is possible; the answer comes out of `drive`.
  func ask(_ request: Request, parts: [Message]) {
    lastNumber += 1
    let now = Clock.seconds
    outstanding[lastNumber] = Outstanding(
      request: request, full: request, parts: parts, since: now, nextTry: now, wait: patience.retrySeconds)
    try? sendWhatIsDue()  // what fails now is tried again, and thrown, by `drive`
  }

  /// No longer waits for any answer.
  func forgetAll() { outstanding = [:] }

  /// Sends what is due, and returns what has been answered.
  func drive() throws -> [Answer] {
    try sendWhatIsDue()
    var answers: [Answer] = []
    while let parts = try socket.receive() {
      if let answer = try read(parts) { answers.append(answer) }
    }
    return answers
  }

  private func sendWhatIsDue() throws {
    let now = Clock.seconds
    for (number, item) in outstanding.sorted(by: { $0.key < $1.key }) where item.nextTry <= now {
      if now - max(item.since, lastHeard) > patience.giveUpSeconds {
        throw try silence()
      }
      if item.isTried || endpoint == nil { try findServer(at: now) }
      let envelope = Envelope(run: run, generation: generation, request: number)
      let isWhole = item.request == item.full
      let isSent =
        try endpoint != nil && socket.send([Message(item.request.encoded(envelope))] + (isWhole ? item.parts : []))
      outstanding[number]?.isTried = true
      outstanding[number]?.nextTry = now + (isSent ? item.wait : 0.02)
      if isSent { outstanding[number]?.wait = min(item.wait * 2, patience.longestRetrySeconds) }
    }
  }

  /// The server is given up; where it broke off handshakes, that is a hint at keys.
  private func silence() throws -> TransportError {
    failedHandshakes += try monitor.failures()
    let hint = failedHandshakes > 0 ? " (\(failedHandshakes) handshakes failed: are the keys right?)" : ""
    return .silent(server: (endpoint ?? "a server") + hint, seconds: patience.giveUpSeconds)
  }

  /// Connects to where the server is now, if that is known.
  private func findServer(at now: Double) throws {
    guard now >= nextLookup else { return }
    nextLookup = now + Self.lookupPauseSeconds
    let failures = try monitor.failures()
    failedHandshakes += failures
    if failures > 0, nextHandshake == nil { nextHandshake = now + patience.retrySeconds }
    guard let current = try? resolve() else { return }
    let keysNow = try keysNow()
    guard current != endpoint || keysNow != keys || nextHandshake.map({ $0 <= now }) == true else { return }
    nextHandshake = nil
    if let endpoint { try? socket.disconnect(endpoint) }
    try socket.speak(with: keysNow)
    try socket.connect(current)
    (endpoint, keys) = (current, keysNow)
    for number in outstanding.keys { outstanding[number]?.nextTry = now }  // nothing that was asked is known there
  }

  /// A message as an answer to what is outstanding; `nil` if it is none, or cannot be read.
  private func read(_ parts: [Message]) throws -> Answer? {
    let envelope: Envelope
    let reply: Reply
    do {
      (envelope, reply) = try Reply.decode(parts[0].array)
    } catch .unknownVersion(let version) {
      throw TransportError.call("a server's answer", reason: "\(WireError.unknownVersion(version))")
    } catch { return nil }
    // A server of another run can only refuse; and what an older start of the server still says does not count any more.
    let isOfRun = run == 0 || envelope.run == run
    if case .refused(let reason) = reply, !isOfRun || (envelope.request == 0 && envelope.generation >= generation) {
      throw TransportError.refused(reason)
    }
    guard isOfRun, envelope.generation >= generation, var item = outstanding[envelope.request] else { return nil }
    generation = envelope.generation
    lastHeard = Clock.seconds
    switch reply {
    case .pending:
      guard case .push(let push) = item.full else { return nil }
      item.request = .outcome(push)
      outstanding[envelope.request] = item
      return nil
    case .unknown:
      item.request = item.full
      item.nextTry = lastHeard
      outstanding[envelope.request] = item
      return nil
    case .refused(let reason):
      throw TransportError.refused(reason)
    default:
      outstanding[envelope.request] = nil
      return Answer(request: item.full, reply: reply, parts: Array(parts.dropFirst()))
    }
  }
}
