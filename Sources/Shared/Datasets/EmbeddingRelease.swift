internal import Foundation
internal import Records
internal import Tensors

/// A release of embeddings, read as it is: a folder of AudioSet's TFRecord files, or of YouTube-8M's frame-level ones.
///
/// AudioSet's are 12,228 small files in `bal_train`, `unbal_train` and `eval`; YouTube-8M's are called `train…`,
/// `validate…` and `test…`. A file's own name decides its part where it begins like one of these, and else the innermost
/// folder that is called so. AudioSet's has no part for validation: a share of its training part may become that.
public struct EmbeddingRelease: Sendable {
  private struct File {
    let name: String
    let split: Split
    let bytes: Int
  }

  /// A shard that is to be made.
  private struct Shard {
    let output: DatasetAssembly.Shard
    let files: [File]
  }

  private let folder: String
  private let description: DatasetDescription
  private let shards: [Shard]
  private let skipped: [SkippedSound]
  /// What each label stands for: itself, and what it is a kind of.
  private let labelsOfLabel: [[Int]]

  /// How a release is read where nobody says otherwise: its parts as they are, its bytes as YouTube-8M does.
  public static var settings: PreparationSettings {
    var settings = PreparationSettings()
    settings.split = SplitRatio(train: 100, validation: 0, evaluation: 0)
    settings.quantization = .youTube8M
    return settings
  }

  /// - Parameters:
  ///   - vocabulary: What the labels, which the release has as numbers, are called.
  ///   - ontology: Clips have what it has above their labels, too.
  ///   - settings: The split tells how the clips of the training part are shared out between it and a validation part, by
  ///     lot with the seed and their ids; it has no share for evaluation.
  ///   - shardBytes: About so many bytes become one shard.
  /// - Throws: `DatasetError`, also where a file of the release cannot be read, and where there are to be clips for
  ///   validation, and the release has some of its own.
  public init(
    folder: String, vocabulary: Vocabulary, ontology: Ontology? = nil, settings: PreparationSettings = Self.settings,
    shardBytes: Int = 1 << 20
  ) throws(DatasetError) {
    precondition(settings.split.evaluation == 0, "the evaluation part is as it is")
    var parts: [Split: [File]] = [:]
    var skipped: [SkippedSound] = []
    for name in try files(below: folder, of: "TFRecord files") {
      guard name.hasSuffix(".tfrecord"), let split = Self.split(ofFile: name) else {
        skipped.append(SkippedSound(path: name, kind: .ignored, reason: "its name is not that of a released shard"))
        continue
      }
      let path = URL(filePath: "\(folder)/\(name)").resolvingSymlinksInPath().path
      // Found out before all are read, and not in the middle of them.
      guard FileManager.default.isReadableFile(atPath: path) else {
        throw .unreadable(path: "\(folder)/\(name)", reason: "it is a link to nothing, or not open to this user")
      }
      let attributes = try reading(path) { try FileManager.default.attributesOfItem(atPath: path) }
      guard attributes[.type] as? FileAttributeType == .typeRegular else {
        throw .unreadable(path: "\(folder)/\(name)", reason: "it is not a regular file")
      }
      parts[split, default: []].append(File(name: name, split: split, bytes: attributes[.size] as? Int ?? 0))
    }
    guard !parts.isEmpty else {
      throw .nothingToPrepare(
        path: folder, reason: "expected files such as eval/00.tfrecord, bal_train/00.tfrecord or train00.tfrecord")
    }
    let split = settings.split
    guard split.validation == 0 || parts[.validation] == nil else {
      throw .invalidSetting("expected no clips for validation to be taken, \(folder) has a part of them: no --split")
    }
    self.folder = folder
    self.skipped = skipped
    labelsOfLabel = vocabulary.withAncestors(in: ontology)
    let files = Split.allCases.flatMap { parts[$0] ?? [] }
    if split.validation > 0 { parts[.validation] = parts[.train] }
    shards = Split.allCases.flatMap { part in
      let share = part == .validation && split.validation > 0 ? split.fractions[1] : 1
      return Self.shards(of: part, parts[part] ?? [], bytes: Int(Double(shardBytes) / share))
    }
    description = Self.description(vocabulary, labelsOfLabel, settings, files, shards.map(\.output))
  }

  /// How many files are read, those of the training part twice where clips for validation are taken from it.
  public var fileCount: Int { shards.reduce(0) { $0 + $1.files.count } }

  /// Writes what is not yet there of the dataset; damaged records, and what else cannot be used, are in its report.
  ///
  /// - Parameters:
  ///   - folder: Where the dataset is to be.
  ///   - progress: Told of each file that has been read.
  public func write(
    into folder: String, threads: Int, progress: @escaping @Sendable (DatasetAssembly.Progress) throws -> Void
  ) throws -> PreparationReport {
    let assembly = DatasetAssembly(
      into: folder, from: self.folder, counting: "files", description, shards.map(\.output), skipped: skipped)
    return try assembly.run(threads: threads, progress: progress) { shard, output, tell in
      let part = shards[shard].output.split
      for file in shards[shard].files { try tell(1, try read(file, for: part, into: &output)) }
    }
  }

  /// Copies the clips of a file that are for a part, and notes what is wrong with others, once where it is read for two.
  ///
  /// - Returns: The seconds of these clips.
  private func read(_ file: File, for split: Split, into output: inout ShardOutput) throws -> Double {
    func skip(_ reason: String) {
      if split == file.split { output.skip(SkippedSound(path: file.name, kind: .damaged, reason: reason)) }
    }
    var reader = try TFRecordReader(path: "\(folder)/\(file.name)")
    var seconds = 0.0
    var isEmpty = true
    while true {
      let offset = reader.offset
      defer { isEmpty = false }
      do {
        guard let record = try reader.next() else {
          if isEmpty { skip("it is empty") }
          return seconds
        }
        var clip = try Clip(released: record, classes: description.classes)
        guard part(of: clip, in: file) == split else { continue }
        clip.labels = Set(clip.labels.flatMap { labelsOfLabel[$0] }).sorted()
        try output.append(clip)
        seconds += Double(clip.end - clip.start)
      } catch DatasetError.damaged(_, _, let reason) {
        skip("at byte \(offset): \(reason)")
      } catch let error as ProtobufError {
        skip("at byte \(offset): \(error)")
      }
    }
  }

  /// The part of a clip: where some are for validation, its id decides, in whatever file it is.
  private func part(of clip: Clip, in file: File) -> Split {
    guard file.split == .train, description.split.validation > 0 else { return file.split }
    var generator = SeededGenerator(seed: description.seed, stream: "validation \(clip.identifier)")
    return Double(generator.uniform()) < description.split.fractions[1] ? .validation : .train
  }

  private static let partsByName: [String: Split] = [
    "bal_train": .train, "unbal_train": .train, "train": .train, "valid": .validation, "validate": .validation,
    "validation": .validation, "eval": .evaluation, "evaluation": .evaluation, "test": .evaluation,
  ]

  private static func split(ofFile name: String) -> Split? {
    let path = name.lowercased().split(separator: "/").map(String.init)
    if let own = partsByName.first(where: { path.last!.hasPrefix($0.key) }) { return own.value }
    return path.dropLast().reversed().lazy.compactMap { partsByName[$0] }.first
  }

  /// Puts files that follow one another into one shard until they are large enough.
  private static func shards(of split: Split, _ files: [File], bytes: Int) -> [Shard] {
    var groups: [[File]] = []
    var room = 0
    for file in files {
      if room <= 0 {
        groups.append([])
        room = bytes
      }
      groups[groups.count - 1].append(file)
      room -= file.bytes
    }
    return groups.enumerated().map { index, files in
      let name = PreparationPlan.shardName(of: split, index, count: groups.count)
      return Shard(output: DatasetAssembly.Shard(name: name, split: split, count: files.count), files: files)
    }
  }

  private static func description(
    _ vocabulary: Vocabulary, _ labelsOfLabel: [[Int]], _ settings: PreparationSettings, _ files: [File],
    _ shards: [DatasetAssembly.Shard]
  ) -> DatasetDescription {
    var checksum = Checksum()
    checksum.add("\(labelsOfLabel)\n")
    for file in files { checksum.add("\(file.name)\t\(file.split.rawValue)\t\(file.bytes)\n") }
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
