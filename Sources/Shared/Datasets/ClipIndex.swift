/// Where the clips of a part are, by label, so that any of them can be read.
///
/// It is made of the beginning of each record, and has about 16 bytes for each clip and 4 for each of its labels. A clip
/// without patches is not in it.
public struct ClipIndex: Sendable {
  private struct Place {
    let shard: Int
    let offset: Int
  }

  private let dataset: Dataset
  private let shards: [ShardDescription]
  private var places: [Place] = []
  /// The numbers of the clips with each label, by the label's index.
  public private(set) var clips: [[UInt32]]

  /// - Throws: `DatasetError` where a shard cannot be read, or has not as many clips as it should.
  public init(_ dataset: Dataset, of split: Split) throws(DatasetError) {
    self.dataset = dataset
    shards = dataset.shards(of: split)
    clips = Array(repeating: [], count: dataset.description.classes)
    for (number, shard) in shards.enumerated() {
      var reader = try dataset.clips(of: shard)
      while let (offset, labels, hasPatches) = try reader.skip() {
        guard hasPatches else { continue }
        for label in Set(labels) { clips[label].append(UInt32(places.count)) }
        places.append(Place(shard: number, offset: offset))
      }
    }
  }

  /// Reads a clip.
  ///
  /// - Throws: `DatasetError` where it is not whole, or is none of those that were there.
  public func clip(_ number: UInt32) throws(DatasetError) -> Clip {
    let place = places[Int(number)]
    let shard = shards[place.shard]
    let clip = try dataset.clip(of: shard, at: place.offset)
    guard clip.count > 0 else {
      throw .damaged(
        path: "\(dataset.folder)/\(shard.file)", offset: place.offset, reason: "expected a clip of patches, it has none"
      )
    }
    return clip
  }
}
