import Checkpoints
import Parameters

/// A checkpoint that is being made by all servers, as server 0 sees it: a plain value.
struct CheckpointRound {
  let step: Int
  let name: CheckpointName
  let coordinator: Coordinator.Saved
  private var records: [ShardRecord?]
  /// The servers that have not said that they hold what belongs in their shards.
  private var moving: Set<Int>

  init(step: Int, name: CheckpointName, coordinator: Coordinator.Saved, servers: Int) {
    self.step = step
    self.name = name
    self.coordinator = coordinator
    records = Array(repeating: nil, count: servers)
    moving = Set(0..<servers)
  }

  /// Whether the values of some server may still change.
  var awaitsSnapshots: Bool { !moving.isEmpty }

  /// Notes that a server holds what belongs in its shard.
  mutating func noteSnapshot(of server: Int) { moving.remove(server) }

  /// Notes what a server wrote.
  mutating func add(_ record: ShardRecord, of server: Int) {
    records[server] = record
    noteSnapshot(of: server)
  }

  /// All records, once every server has written its shard.
  var shards: [ShardRecord]? {
    let known = records.compactMap(\.self)
    return known.count == records.count ? known : nil
  }

  /// Forgets the shards of servers that have since been replaced: another start may hold other values.
  ///
  /// - Parameter newest: The newest start of each server.
  /// - Returns: Who has to write again.
  mutating func dropReplaced(newest: [UInt32]) -> [Int] {
    let replaced = records.indices.filter { index in records[index].map { $0.generation < newest[index] } ?? false }
    for index in replaced { records[index] = nil }
    return replaced
  }
}
