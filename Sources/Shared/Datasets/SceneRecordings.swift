internal import Tensors

/// The different recordings of a list of sounds, and the labels that have enough of them.
public struct SceneRecordings: Sendable {
  /// The folder in which the recordings are.
  public let folder: String
  /// The labels that are kept; recordings name them by index.
  public let vocabulary: Vocabulary
  /// In the order of their names; each has a label.
  public let recordings: [Recording]
  /// What is not used, and why.
  public let skipped: [SkippedSound]

  /// Keeps one recording of those that are the same, with the labels of all, and drops labels with fewer than
  /// `minimumFiles` recordings.
  ///
  /// - Parameters:
  ///   - heard: Recordings with labels of `vocabulary`.
  ///   - skipped: What is left out already.
  /// - Throws: `DatasetError.nothingToPrepare` if no label is left.
  public init(
    _ heard: [Recording], folder: String, vocabulary: Vocabulary, skipped: [SkippedSound] = [], minimumFiles: Int
  ) throws(DatasetError) {
    var skipped = skipped
    let distinct = Self.distinct(heard, &skipped)
    var counts = Array(repeating: 0, count: vocabulary.labels.count)
    for recording in distinct { for label in recording.labels { counts[label] += 1 } }
    let kept = Vocabulary(names: vocabulary.labels.filter { counts[$0.index] >= minimumFiles }.map(\.name))
    var recordings: [Recording] = []
    for var recording in distinct {
      let names = recording.labels.map { vocabulary.labels[$0].name }
      recording.labels = names.compactMap { kept.index(of: $0) }.sorted()
      if recording.labels.isEmpty {
        let reason = "fewer than \(minimumFiles) recordings are \(names.joined(separator: " or "))"
        skipped.append(SkippedSound(path: recording.name, kind: .rare, reason: reason))
      } else {
        recordings.append(recording)
      }
    }
    guard !recordings.isEmpty else {
      let reason = "none of \(counts.count) labels has \(minimumFiles) different recordings that can be decoded"
      throw .nothingToPrepare(path: folder, reason: reason)
    }
    self.folder = folder
    self.vocabulary = kept
    self.recordings = recordings
    self.skipped = skipped.sorted { $0.path < $1.path }
  }

  /// Hears all sounds of a list.
  ///
  /// - Parameter progress: Called after each, one call at a time, with their number. If it throws, the hearing ends.
  /// - Throws: `DatasetError.nothingToPrepare`, or what `progress` throws.
  init(
    hearing list: SoundList, settings: SceneSettings, threads: Int, progress: @Sendable (Int) throws -> Void
  ) throws {
    let heard = try mapConcurrently(list.sounds.count, threads: threads, progress: progress) { index in
      Result { () throws(SkippedSound) in
        try Recording(hearing: list.sounds[index], in: list.folder, settings: settings)
      }
    }
    let faults = heard.compactMap { if case .failure(let fault) = $0 { fault } else { nil } }
    try self.init(
      heard.compactMap { try? $0.get() }, folder: list.folder, vocabulary: list.vocabulary,
      skipped: list.skipped + faults, minimumFiles: settings.minimumFiles)
  }

  /// One recording of each group of the same, the first by name, with the labels of all.
  private static func distinct(_ heard: [Recording], _ skipped: inout [SkippedSound]) -> [Recording] {
    struct Identity: Hashable {
      let digest: UInt64, count: Int
    }
    var distinct: [Recording] = []
    var places: [Identity: Int] = [:]
    for recording in heard.sorted(by: { $0.name < $1.name }) {
      let identity = Identity(digest: recording.digest, count: recording.count)
      if let place = places[identity] {
        distinct[place].labels = Set(distinct[place].labels + recording.labels).sorted()
        let reason = "the same recording as \(distinct[place].name)"
        skipped.append(SkippedSound(path: recording.name, kind: .copy, reason: reason))
      } else {
        places[identity] = distinct.count
        distinct.append(recording)
      }
    }
    return distinct
  }

  /// A checksum of all recordings in order, by name, samples and labels.
  var digest: String {
    var checksum = Checksum()
    checksum.add(vocabulary.digest)
    for recording in recordings {
      checksum.add("\(recording.name)\t\(recording.digest)\t\(recording.count)\t\(recording.labels)\n")
    }
    return checksum.hexadecimal
  }
}
