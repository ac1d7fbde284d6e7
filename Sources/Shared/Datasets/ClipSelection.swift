/// Clips of a part that are meant: some of each shard.
public struct ClipSelection: Equatable, Sendable {
  /// For each shard of the part the places of its clips, from 0.
  public let places: [RangeSet<Int>]
  /// The number of clips.
  public let count: Int

  init(places: [RangeSet<Int>]) {
    self.places = places
    count = places.reduce(0) { sum, places in sum + places.ranges.reduce(0) { $0 + $1.count } }
  }

  /// The first clips, shard by shard: all of them, unless there is a limit.
  public init(first limit: Int = .max, of shards: [ShardDescription]) {
    var room = limit
    self.init(
      places: shards.map { shard in
        let clips = min(shard.clips, room)
        room -= clips
        return RangeSet(0..<clips)
      })
  }
}

extension Dataset {
  /// Clips of a part of which each label has about as many; their labels are read, and nothing is computed.
  ///
  /// - Parameters:
  ///   - threads: How many shards are read at a time; their number changes nothing in the selection.
  ///   - progress: Called with the number of shards that are read, one call at a time; if it throws, reading ends.
  public func balanced(
    _ split: Split, by balance: LabelBalance, threads: Int, progress: @Sendable (Int) throws -> Void = { _ in }
  ) throws -> ClipSelection {
    let shards = shards(of: split)
    let clips = try mapConcurrently(shards.count, threads: threads, progress: progress) { shard in
      var reader = try self.clips(of: shards[shard])
      var clips: [LabelBalance.Clip] = []
      while let clip = try reader.next() {
        clips.append(.init(identifier: clip.identifier, start: clip.start, labels: clip.labels))
      }
      return clips
    }
    let chosen = balance.choose(from: Array(clips.joined()), classes: description.classes)
    var first = 0
    return ClipSelection(
      places: clips.map { clips in
        defer { first += clips.count }
        return RangeSet(clips.indices.lazy.filter { chosen[first + $0] }.map { $0..<$0 + 1 })
      })
  }
}
