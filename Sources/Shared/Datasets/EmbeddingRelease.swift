internal import Foundation
internal import Records
internal import Tensors

/// A release of embeddings, read as it is: a folder of AudioSet's TFRecord files, or of YouTube-8M's frame-level ones.
///
/// AudioSet's are 12,228 small files in `bal_train`, `unbal_train` and `eval`; YouTube-8M's are called `train…`,
/// `validate…` and `test…`. The first name on the way to a file that begins like one of these decides its part.
public struct EmbeddingRelease: Sendable {
  private struct File {
    let name: String
    let split: Split
    let bytes: Int
  }

  private let folder: String
  private let description: DatasetDescription
  /// The files of each shard that is to be made of them.
  private let shards: [(shard: DatasetAssembly.Shard, files: [String])]
  private let skipped: [SkippedSound]
  /// What each label stands for: itself, and what it is a kind of.
  private let labelsOfLabel: [[Int]]

  /// - Parameters:
  ///   - vocabulary: What the labels, which the release has as numbers, are called.
  ///   - ontology: Clips have what it has above their labels, too.
  ///   - shardBytes: About so many bytes become one shard.
  public init(
    folder: String, vocabulary: Vocabulary, ontology: Ontology? = nil, shardBytes: Int = 1 << 20
  ) throws(DatasetError) {
    var parts: [Split: [File]] = [:]
    var skipped: [SkippedSound] = []
    for name in try files(below: folder, of: "TFRecord files") {
      guard name.hasSuffix(".tfrecord"), let split = Self.split(ofFile: name) else {
        skipped.append(SkippedSound(path: name, kind: .ignored, reason: "its name is not that of a released shard"))
        continue
      }
      let path = URL(filePath: "\(folder)/\(name)").resolvingSymlinksInPath().path
      let size = try reading(path) { try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int }
      parts[split, default: []].append(File(name: name, split: split, bytes: size ?? 0))
    }
    guard !parts.isEmpty else {
      throw .nothingToPrepare(
        path: folder, reason: "expected files such as eval/00.tfrecord, bal_train/00.tfrecord or train00.tfrecord")
    }
    self.folder = folder
    self.skipped = skipped
    labelsOfLabel = vocabulary.withAncestors(in: ontology)
    shards = Split.allCases.flatMap { Self.shards(of: $0, parts[$0] ?? [], bytes: shardBytes) }
    description = Self.description(
      vocabulary, labelsOfLabel, Split.allCases.flatMap { parts[$0] ?? [] }, shards.map(\.shard))
  }

  /// How many files it has.
  public var fileCount: Int { description.sounds }

  /// Writes what is not yet there of the dataset; damaged records, and what else cannot be used, are in its report.
  ///
  /// - Parameters:
  ///   - folder: Where the dataset is to be.
  ///   - progress: Told of each file that has been read.
  public func write(
    into folder: String, threads: Int, progress: @escaping @Sendable (DatasetAssembly.Progress) throws -> Void
  ) throws -> PreparationReport {
    let assembly = DatasetAssembly(
      into: folder, from: self.folder, counting: "files", description, shards.map(\.shard), skipped: skipped)
    return try assembly.run(threads: threads, progress: progress) { shard, output, tell in
      for file in shards[shard].files { try tell(try read(file, into: &output)) }
    }
  }

  /// Copies the clips of a file, and notes what is wrong with others.
  ///
  /// - Returns: The seconds of its clips.
  private func read(_ file: String, into output: inout ShardOutput) throws -> Double {
    var reader = try TFRecordReader(path: "\(folder)/\(file)")
    var seconds = 0.0
    var isEmpty = true
    while true {
      let offset = reader.offset
      defer { isEmpty = false }
      do {
        guard let record = try reader.next() else {
          if isEmpty { output.skip(SkippedSound(path: file, kind: .damaged, reason: "it is empty")) }
          return seconds
        }
        var clip = try Clip(released: record, classes: description.classes)
        clip.labels = Set(clip.labels.flatMap { labelsOfLabel[$0] }).sorted()
        try output.append(clip)
        seconds += Double(clip.end - clip.start)
      } catch DatasetError.damaged(_, _, let reason) {
        output.skip(SkippedSound(path: file, kind: .damaged, reason: "at byte \(offset): \(reason)"))
      } catch let error as ProtobufError {
        output.skip(SkippedSound(path: file, kind: .damaged, reason: "at byte \(offset): \(error)"))
      }
    }
  }

  private static func split(ofFile name: String) -> Split? {
    let beginnings: [(String, Split)] = [
      ("bal_train", .train), ("unbal_train", .train), ("train", .train), ("valid", .validation), ("eval", .evaluation),
      ("test", .evaluation),
    ]
    for part in name.lowercased().split(separator: "/") {
      if let found = beginnings.first(where: { part.hasPrefix($0.0) }) { return found.1 }
    }
    return nil
  }

  /// Puts files that follow one another into one shard until they are large enough.
  private static func shards(
    of split: Split, _ files: [File], bytes: Int
  ) -> [(shard: DatasetAssembly.Shard, files: [String])] {
    var groups: [[String]] = []
    var room = 0
    for file in files {
      if room <= 0 {
        groups.append([])
        room = bytes
      }
      groups[groups.count - 1].append(file.name)
      room -= file.bytes
    }
    return groups.enumerated().map { index, files in
      let name = PreparationPlan.shardName(of: split, index, count: groups.count)
      return (DatasetAssembly.Shard(name: name, split: split, count: files.count), files)
    }
  }

  private static func description(
    _ vocabulary: Vocabulary, _ labelsOfLabel: [[Int]], _ files: [File], _ shards: [DatasetAssembly.Shard]
  ) -> DatasetDescription {
    var checksum = Checksum()
    checksum.add("\(labelsOfLabel)\n")
    for file in files { checksum.add("\(file.name)\t\(file.split.rawValue)\t\(file.bytes)\n") }
    var settings = PreparationSettings()
    settings.quantization = .youTube8M
    var description = DatasetDescription(
      vocabulary: vocabulary, settings: settings, sounds: files.count, soundsDigest: checksum.hexadecimal, splits: [:])
    description.embedding = EmbeddingOrigin(network: "released", digest: "")
    for split in Split.allCases {
      description.splits[split] = SplitDescription(
        shards: shards.filter { $0.split == split }.map { ShardDescription(file: $0.name) },
        classes: vocabulary.labels.count)
    }
    return description
  }
}
