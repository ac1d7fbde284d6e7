internal import Audio
public import Datasets
internal import Foundation
internal import Synchronization
internal import Tensors

/// Turns a dataset of log-mel patches into one of embeddings, shard by shard; see `DatasetAssembly` for how it is written,
/// and `EmbeddingMaker` for what is kept beside it.
public struct EmbeddingPreparation: Sendable {
  /// Principal components are found in the vectors of about so many patches at most, twenty for each of the 2,048 values of
  /// the widest ResNet: to compute those of all takes as long as the embeddings themselves.
  public static let mostFitted = 40_000

  private let dataset: Dataset
  private let embedder: Embedder

  public init(of dataset: Dataset, by embedder: Embedder) {
    self.dataset = dataset
    self.embedder = embedder
  }

  /// Finds the principal components of the embeddings of the training part: of all its patches, or, where there are more
  /// than are needed, of some, evenly chosen.
  ///
  /// - Parameters:
  ///   - threads: How many shards are computed at a time.
  ///   - most: The patches that are enough.
  ///   - progress: Called with how many patches are done, and how many there are, one call at a time; if it throws, it
  ///     ends.
  public func fit(
    threads: Int, most: Int = Self.mostFitted, progress: @Sendable (Int, Int) throws -> Void
  ) throws -> Postprocessor {
    let shards = dataset.shards(of: .train)
    let all = shards.reduce(0) { $0 + $1.patches }
    let chosen = min(all, most)
    let firsts = shards.reduce(into: [0]) { $0.append($0.last! + $1.patches) }  // of each shard, of all patches
    let done = Mutex(0)
    var components = PrincipalComponents(size: embedder.size)
    // A few shards at a time, added in their order: the same on any number of threads.
    for first in stride(from: 0, to: shards.count, by: 2 * threads) {
      let group = shards[first..<min(first + 2 * threads, shards.count)]
      let parts = try mapConcurrently(group.count, threads: threads) { _ in
      } body: { index in
        var vectors: [Tensor] = []
        let start = firsts[first + index]
        func isChosen(_ place: Int) -> Bool { (start + place) * chosen / all < (start + place + 1) * chosen / all }
        try embed(group[first + index], where: isChosen) { count in
          try done.withLock {
            $0 += count
            try progress($0, chosen)
          }
        } take: { _, embeddings in
          vectors.append(embeddings)
        }
        return vectors
      }
      ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
        for vectors in parts.joined() { components.add(vectors) }
      }
    }
    return try components.postprocessor()
  }

  /// Writes what is not yet there of the dataset, and what made it.
  ///
  /// - Parameters:
  ///   - skipped: Sounds that were left out of the log-mel patches.
  ///   - progress: Called after every few patches.
  public func run(
    _ postprocessor: Postprocessor, into folder: String, skipped: [SkippedSound] = [], threads: Int,
    progress: @escaping @Sendable (DatasetAssembly.Progress) throws -> Void
  ) throws -> PreparationReport {
    let maker = EmbeddingMaker(embedder, postprocessor)
    let parts = Split.allCases.flatMap { split in dataset.shards(of: split).map { (split, $0) } }
    let shards = parts.map { DatasetAssembly.Shard(name: $1.file, split: $0, count: $1.patches) }
    let frontEnd = dataset.description.frontEnd
    let description = Self.description(of: dataset.description, by: maker)
    let assembly = DatasetAssembly(
      into: folder, from: dataset.folder, counting: "patches", description, shards, skipped: skipped)
    let report = try assembly.run(threads: threads, progress: progress) { shard, output, tell in
      try embed(parts[shard].1) { count in
        try tell(count, Double(count * frontEnd.samplesPerPatchHop) / Double(frontEnd.sampleRate))
      } take: { clips, embeddings in
        var bytes = maker.postprocessor.bytes(of: embeddings)[...]
        for clip in clips {
          let size = clip.count * Postprocessor.outputs
          try output.append(
            Clip(
              identifier: clip.identifier, start: clip.start, end: clip.end, labels: clip.labels,
              patches: Array(bytes.prefix(size)), patchSize: Postprocessor.outputs, kind: .embedding))
          bytes = bytes.dropFirst(size)
        }
      }
    }
    try maker.write(into: folder)
    return report
  }

  /// Computes the embeddings of a shard's clips, of several at a time.
  ///
  /// - Parameters:
  ///   - isWanted: Of which patches, by their places in the shard; of all by default.
  ///   - count: Told of how many more patches they are computed; if it throws, it ends.
  ///   - take: Given clips with the patches that are wanted, and the embeddings of all of these, one after the other.
  private func embed(
    _ shard: ShardDescription, where isWanted: ((Int) -> Bool)? = nil, counting count: (Int) throws -> Void,
    take: ([Clip], Tensor) throws -> Void
  ) throws {
    var embedder = embedder
    var reader = try dataset.clips(of: shard)
    var clips: [Clip] = []
    var place = 0  // of the next patch
    while true {
      let clip = try reader.next()
      if let clip {
        clips.append(isWanted.map { isWanted in clip.only { isWanted(place + $0) } } ?? clip)
        place += clip.count
      }
      let patches = clips.reduce(0) { $0 + $1.count }
      guard clip == nil || patches >= Self.patchesAtOnce else { continue }
      if patches > 0 {
        let embeddings = try embeddings(of: clips, by: &embedder, count)
        guard embeddings.values.allFinite else {
          throw EmbeddingError("\(shard.file): some embeddings are no numbers: the network has diverged")
        }
        try take(clips, embeddings)
      }
      guard clip != nil else { return }
      clips = []
    }
  }

  /// Those of all patches, some at a time: a clip may last for hours.
  private func embeddings(
    of clips: [Clip], by embedder: inout Embedder, _ count: (Int) throws -> Void
  ) throws -> Tensor {
    var result = Tensor(uninitialized: [clips.reduce(0) { $0 + $1.count }, embedder.size])
    var done = 0
    var pieces = clips.flatMap { clip in clip.pieces(of: Self.patchesAtOnce).map { (clip: clip, places: $0) } }[...]
    while !pieces.isEmpty {
      var patches = 0
      let group = pieces.prefix { piece in
        defer { patches += piece.places.count }
        return patches < Self.patchesAtOnce
      }
      pieces = pieces.dropFirst(group.count)
      var input = Tensor(uninitialized: [group.reduce(0) { $0 + $1.places.count }] + dataset.description.patchShape)
      var first = 0
      for piece in group {
        let values = piece.clip.only(piece.places).input(dataset.description)
        input.replace(from: first, with: values.values)
        first += values.count
      }
      let embeddings = embedder.embeddings(of: input)
      result.replace(from: done, with: embeddings.values)
      done += embeddings.count
      try count(embeddings.shape[0])
    }
    return result
  }

  /// So many patches, and those of the clip with which they are as many, are computed together.
  private static let patchesAtOnce = 64

  /// The report of what has been finished before, asked before there are log-mel patches; what made it is put beside it.
  ///
  /// - Parameter description: Of the log-mel patches as they are, or as they would be.
  /// - Returns: `nil` where it is not finished.
  /// - Throws: `DatasetError` where the folder holds other vectors.
  public static func finishedReport(
    of description: DatasetDescription, by embedder: Embedder, _ postprocessor: Postprocessor, in folder: String
  ) throws -> PreparationReport? {
    let maker = EmbeddingMaker(embedder, postprocessor)
    let assembly = DatasetAssembly(
      into: folder, from: folder, counting: "patches", Self.description(of: description, by: maker), [], skipped: [])
    guard let report = try assembly.finishedReport() else { return nil }
    try maker.write(into: folder)
    return report
  }

  /// The dataset as it will be, with nothing counted yet.
  private static func description(of patches: DatasetDescription, by maker: EmbeddingMaker) -> DatasetDescription {
    var description = patches
    description.quantization = .youTube8M
    description.embedding = maker.origin
    for (split, part) in description.splits {
      description.splits[split] = SplitDescription(
        shards: part.shards.map { ShardDescription(file: $0.file) }, classes: description.classes)
    }
    return description
  }
}

extension Clip {
  /// The places of its patches, at most `count` together.
  fileprivate func pieces(of count: Int) -> [Range<Int>] {
    stride(from: 0, to: self.count, by: count).map { $0..<min($0 + count, self.count) }
  }

  /// Only some of its patches, by their places.
  fileprivate func only(_ places: Range<Int>) -> Clip {
    var clip = self
    clip.patches = Array(patches[places.lowerBound * patchSize..<places.upperBound * patchSize])
    return clip
  }

  fileprivate func only(where isWanted: (Int) -> Bool) -> Clip {
    var clip = self
    clip.patches = (0..<count).filter(isWanted).flatMap { patches[$0 * patchSize..<($0 + 1) * patchSize] }
    return clip
  }
}

extension Span<Float> {
  fileprivate var allFinite: Bool { indices.allSatisfy { self[$0].isFinite } }
}
