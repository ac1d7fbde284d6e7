public import Parameters

/// Which host has which processes of a run: a plain value. It stands in the run's folder, where the keeper of each host
/// reads it, and only the `antiphon train` that watches the run changes it.
///
/// A process stays where it is as long as its host is there: a server that moves goes back to a checkpoint.
public struct Placement: Codable, Equatable, Sendable {
  public let hosts: [ClusterHost]
  /// The names of hosts that are not there.
  public private(set) var lost: Set<String> = []
  /// The host of each server.
  public private(set) var servers: [String]
  /// The host of each worker; `nil` where none has room.
  public private(set) var workers: [String?] = []
  /// The host of the evaluator, which needs no slot; `nil` where there is to be none.
  public private(set) var evaluator: String?
  /// Whether all processes are to be ended at once.
  public var isCancelled = false
  /// How often the run had ended before it was started with this placement; see `RunFolder.endings`.
  public var earlierEndings = 0

  /// Deals servers out to hosts in turn, and workers to those with the most free slots.
  public init(hosts: [ClusterHost], servers: Int, workers: Int, evaluator: Bool = false) throws(ClusterError) {
    self.hosts = hosts
    self.servers = (0..<servers).map { hosts[$0 % hosts.count].name }
    guard workers <= slots else {
      throw ClusterError("expected slots for \(workers) workers, the hosts have \(slots)")
    }
    scale(to: workers)
    if evaluator { self.evaluator = roomiest?.name }
  }

  /// A place for all that a run is to have.
  public init(hosts: [ClusterHost], _ settings: RunSettings) throws(ClusterError) {
    try self.init(
      hosts: hosts, servers: settings.servers, workers: settings.workers, evaluator: settings.evaluation != nil)
  }

  /// How many workers there is room for where all hosts are there.
  public var slots: Int { hosts.reduce(0) { $0 + $1.slots } }

  /// The processes that a host is to have.
  public func processes(of host: String) -> [ProcessName] {
    guard !isCancelled else { return [] }
    return servers.indices.filter { servers[$0] == host }.map { ProcessName(.server, $0) }
      + workers.indices.filter { workers[$0] == host }.map { ProcessName(.worker, $0) }
      + (evaluator == host ? [ProcessName(.evaluator, 0)] : [])
  }

  public mutating func scale(to count: Int) {
    workers = Array(workers.prefix(count))
    while workers.count < count { workers.append(nil) }
    placeWorkers()
  }

  /// Gives the processes of a host that is gone to others; the last one that is left keeps its own.
  public mutating func lose(_ host: String) {
    guard !lost.contains(host), hosts.count - lost.count > 1 else { return }
    lost.insert(host)
    for index in servers.indices where servers[index] == host {
      servers[index] = present.min { count(of: $0) < count(of: $1) }!.name
    }
    for index in workers.indices where workers[index] == host { workers[index] = nil }
    placeWorkers()
    if evaluator == host { evaluator = roomiest?.name }
  }

  /// Has a host again, for workers that have no place; servers stay where they are.
  public mutating func regain(_ host: String) {
    lost.remove(host)
    placeWorkers()
  }

  private var present: [ClusterHost] { hosts.filter { !lost.contains($0.name) } }

  private func count(of host: ClusterHost) -> Int { servers.count { $0 == host.name } }

  private func freeSlots(of host: ClusterHost) -> Int { host.slots - workers.count { $0 == host.name } }

  /// The first of those with the most free slots.
  private var roomiest: ClusterHost? { present.max { freeSlots(of: $0) < freeSlots(of: $1) } }

  private mutating func placeWorkers() {
    for index in workers.indices where workers[index] == nil {
      guard let roomiest, freeSlots(of: roomiest) > 0 else { return }
      workers[index] = roomiest.name
    }
  }
}
