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
    /// Whether ZeroMQ has taken it, and it may still arrive.
    var isSent = false
  }

  /// The least time between two looks for where the server is: while it is away, every request asks for that again.
  private static let lookupPauseSeconds = 0.1

  private let socket: Socket
  private let monitor: ConnectionMonitor
  private var failedHandshakes = 0
  /// What a server of another run said, which is where this one was or is said to be.
  private var strangersWords: String?
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
  /// The highest number that was answered: what was asked before it and is not answered was lost, or is being worked on.
  private var lastAnswered: UInt64 = 0
  private var outstanding: [UInt64: Outstanding] = [:]
  /// No request is due before.
  private var firstDue = Double.infinity
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
  var nextTry: Double? { outstanding.isEmpty ? nil : firstDue }

  /// Whether it was never known where the server is.
  var wasNeverFound: Bool { endpoint == nil }

  /// Whether something is asked, and it is not known where.
  var isLookingForServer: Bool {
    !outstanding.isEmpty && (endpoint == nil || Clock.seconds - lastHeard > patience.retrySeconds)
  }

  /// Asks, at once where that is possible; the answer comes out of `drive`.
  func ask(_ request: Request, parts: [Message]) {
    lastNumber += 1
    let now = Clock.seconds
    outstanding[lastNumber] = Outstanding(
      request: request, full: request, parts: parts, since: now, nextTry: now, wait: patience.retrySeconds)
    // What was asked before goes first; what fails now is tried again, and thrown, by `drive`.
    if firstDue <= now { try? sendWhatIsDue() } else { try? send(lastNumber, at: now) }
  }

  /// No longer waits for any answer.
  func forgetAll() { outstanding = [:] }

  /// Sends what is due, and hands over what has been answered.
  func drive(handle: (Answer) throws -> Void) throws {
    try sendWhatIsDue()
    while let parts = try socket.receive() {
      if let answer = try read(parts) { try handle(answer) }
    }
  }

  private func sendWhatIsDue() throws {
    let now = Clock.seconds
    guard firstDue <= now else { return }
    firstDue = .infinity
    let due = outstanding.filter { $0.value.nextTry <= now }.keys.sorted()
    firstDue = outstanding.values.lazy.map(\.nextTry).filter { $0 > now }.min() ?? .infinity
    for number in due { try send(number, at: now) }
  }

  /// Sends a request, unless it was sent and its answer may still come: where much is on its way, that takes a while.
  private func send(_ number: UInt64, at now: Double) throws {
    guard var item = outstanding[number] else { return }
    defer {
      outstanding[number] = item
      firstDue = min(firstDue, item.nextTry)
    }
    if now - max(item.since, lastHeard) > patience.giveUpSeconds {
      throw try silence()
    }
    if item.isSent {
      if number > lastAnswered, now - lastHeard < item.wait {
        item.nextTry = lastHeard + item.wait
        return
      }
      item.wait = min(item.wait * 2, patience.longestRetrySeconds)
    }
    if item.isTried || endpoint == nil { try findServer(at: now) }
    let envelope = Envelope(run: run, generation: generation, request: number)
    let isWhole = item.request == item.full
    item.isTried = true
    item.isSent =
      try endpoint != nil && socket.send([Message(item.request.encoded(envelope))] + (isWhole ? item.parts : []))
    item.nextTry = now + (item.isSent ? item.wait : 0.02)
  }

  /// The server is given up; where it broke off handshakes, that is a hint at keys.
  func silence() throws -> TransportError {
    failedHandshakes += try monitor.failures()
    let keysHint = failedHandshakes > 0 ? " (\(failedHandshakes) handshakes failed: are the keys right?)" : ""
    let runHint = strangersWords.map { " (one of another run is there: \($0))" } ?? ""
    return .silent(server: (endpoint ?? "a server") + keysHint + runHint, seconds: patience.giveUpSeconds)
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
    askAllAgain(at: now)
  }

  /// A server that is new knows nothing of what was asked.
  private func askAllAgain(at now: Double) {
    for number in outstanding.keys {
      outstanding[number]?.nextTry = now
      outstanding[number]?.isSent = false
    }
    firstDue = now
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
    // A server of another run, which may have a port that was free for a moment, can only refuse: ours will be found. And
    // what an older start of the server still says does not count any more.
    let isOfRun = run == 0 || envelope.run == run
    if case .refused(let reason) = reply {
      if !isOfRun { strangersWords = reason }
      if isOfRun, envelope.request == 0, envelope.generation >= generation { throw TransportError.refused(reason) }
    }
    guard isOfRun, envelope.generation >= generation, var item = outstanding[envelope.request] else { return nil }
    lastHeard = Clock.seconds
    if generation != 0, envelope.generation > generation { askAllAgain(at: lastHeard) }
    generation = envelope.generation
    switch reply {
    case .pending:
      guard case .push(let push) = item.full else { return nil }
      item.request = .outcome(push)
      outstanding[envelope.request] = item
      return nil
    case .unknown:
      item.request = item.full
      item.nextTry = lastHeard
      item.isSent = false
      firstDue = lastHeard
      outstanding[envelope.request] = item
      return nil
    case .refused(let reason):
      throw TransportError.refused(reason)
    default:
      outstanding[envelope.request] = nil
      lastAnswered = max(lastAnswered, envelope.request)
      return Answer(request: item.full, reply: reply, parts: Array(parts.dropFirst()))
    }
  }
}
