import Telemetry
import Transport
import Wire

/// The other servers of a run, as server 0 hears of them: each is asked every second how much there is to do.
struct OtherServers {
  private struct Server {
    var lastHeard: Double
    var isAwaited = false
    /// Whether it was told of that nothing is heard.
    var isMissed = false
    /// Which start of it gave the last answer.
    var generation: UInt32?
    /// Bytes of all messages, by its last answer.
    var bytes = 0
    var rate: RecentRate
  }

  /// Seconds without an answer after which one is missed.
  private static let silenceSeconds = 5.0

  /// Server 1 and those after it.
  private var servers: [Server]
  private var lastAsked = 0.0

  /// - Parameter count: Of all servers, server 0 too.
  init(of count: Int, at now: Double) {
    servers = (1..<max(1, count)).map { _ in Server(lastHeard: now, rate: RecentRate(from: now)) }
  }

  /// Asks those that have answered, once a second.
  mutating func ask(_ lines: ServerLines, at now: Double) {
    guard now - lastAsked >= 1 else { return }
    lastAsked = now
    for place in servers.indices where !servers[place].isAwaited {
      servers[place].isAwaited = true
      lines.ask(place + 1, .load)
    }
  }

  /// Hears of one, whatever it says.
  ///
  /// - Parameter index: 1 for the first of them.
  mutating func hear(from index: Int, at now: Double) {
    guard servers.indices.contains(index - 1) else { return }  // server 0 asks itself for checkpoints, too
    servers[index - 1].lastHeard = now
  }

  /// Takes what one says of its load.
  ///
  /// - Returns: Whether it counts from nothing, since it is another start than the one before.
  mutating func take(bytes: Int, of generation: UInt32, from index: Int, at now: Double) -> Bool {
    guard servers.indices.contains(index - 1) else { return false }
    let before = servers[index - 1]
    let isNew = before.generation.map { $0 != generation } ?? false
    servers[index - 1].isAwaited = false
    servers[index - 1].generation = generation
    servers[index - 1].rate.add(isNew ? bytes : max(0, bytes - before.bytes), at: now)
    servers[index - 1].bytes = bytes
    return isNew
  }

  func isSilent(_ index: Int, at now: Double) -> Bool {
    servers.indices.contains(index - 1) && now - servers[index - 1].lastHeard > Self.silenceSeconds
  }

  func bytesPerSecond(of index: Int, at now: Double) -> Double {
    servers.indices.contains(index - 1) ? servers[index - 1].rate.perSecond(at: now) : 0
  }

  /// Whether one is missed now, or is back; tells each change once.
  mutating func changes(at now: Double) -> [(index: Int, isSilent: Bool)] {
    servers.indices.compactMap { place in
      let isSilent = isSilent(place + 1, at: now)
      guard isSilent != servers[place].isMissed else { return nil }
      servers[place].isMissed = isSilent
      return (place + 1, isSilent)
    }
  }
}
