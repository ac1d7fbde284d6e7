import Datasets
import Foundation
import Records
import Tensors

/// A small release of embeddings in AudioSet's own form: files by the first two characters of the video id, in the release's
/// three folders; labels are drawn as often as they are in AudioSet's training set (PANNs, `utils/config.py`).
struct ReleasedEmbeddings {
  /// A clip as it is in a file.
  struct Entry: Equatable {
    var file: String
    var identifier: String
    var labels: [Int]
    var vectors: [[UInt8]]
    /// In seconds of the film.
    var start: Float = 30
  }

  private(set) var entries: [Entry] = []

  /// - Parameter clips: Of each folder.
  init(clips: [String: Int], seed: UInt64 = 1) throws {
    let path = Bundle.module.resourceURL!.appending(path: "Fixtures/audioset_full_samples_per_class.txt").path
    let counts = String(decoding: try read(path), as: UTF8.self).split(separator: "\n").compactMap { Int($0) }
    precondition(counts.count == 527, "a count for each class")
    var generator = SeededGenerator(seed: seed)
    for (folder, number) in clips.sorted(by: { $0.key < $1.key }) {
      for index in 0..<number {
        let name = Self.identifier(index, using: &generator)
        let labels = Set((0...Int(generator.next() % 3)).map { _ in Self.draw(counts, using: &generator) })
        let length = generator.next() % 8 == 0 ? Int.random(in: 1...9, using: &generator) : 10
        entries.append(
          Entry(
            file: "\(folder)/\(name.prefix(2)).tfrecord", identifier: name, labels: labels.shuffled(using: &generator),
            vectors: (0..<length).map { _ in Self.bytes(128, using: &generator) }))
      }
    }
  }

  /// The vocabulary of AudioSet's size.
  static let vocabulary = Vocabulary(
    (0..<527).map { Label(index: $0, identifier: "/m/\($0)", name: "class \($0)") })

  /// The records, by the file that they are in.
  var records: [String: [[UInt8]]] {
    Dictionary(grouping: entries, by: \.file).mapValues { $0.map(\.record) }
  }

  func write(to folder: String) throws {
    for (file, records) in records { try Self.write(records, to: "\(folder)/\(file)") }
  }

  static func write(_ records: [[UInt8]], to path: String) throws {
    try FileManager.default.createDirectory(
      at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
    let writer = try TFRecordWriter(path: path)
    for record in records { try writer.append(record) }
    try writer.finish()
  }

  static func bytes(_ count: Int, using generator: inout SeededGenerator) -> [UInt8] {
    (0..<count).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
  }

  /// Eleven characters, of which the first two are few; each is another.
  private static func identifier(_ index: Int, using generator: inout SeededGenerator) -> String {
    let characters = Array("-_0Az")
    let prefix = (0..<2).map { _ in characters.randomElement(using: &generator)! }
    return String(prefix) + String(1_000_000_000 + index).suffix(9)
  }

  private static func draw(_ counts: [Int], using generator: inout SeededGenerator) -> Int {
    var left = Int.random(in: 0..<counts.reduce(0, +), using: &generator)
    return counts.firstIndex { count in
      left -= count
      return left < 0
    }!
  }
}

extension ReleasedEmbeddings.Entry {
  /// The bytes of its record. The release has no list of labels where there is none.
  var record: [UInt8] {
    var context: [String: Feature] = [
      "video_id": .bytes([Array(identifier.utf8)]), "start_time_seconds": .floats([start]),
      "end_time_seconds": .floats([start + Float(vectors.count)]),
    ]
    if !labels.isEmpty { context["labels"] = .integers(labels.map(Int64.init)) }
    return SequenceExample(context: context, featureLists: ["audio_embedding": vectors.map { .bytes([$0]) }]).encoded
  }

  /// The same in YouTube-8M's frame-level form, with its 1,024 bytes of vision a second.
  var youTube8M: [UInt8] {
    SequenceExample(
      context: ["id": .bytes([Array(identifier.utf8)]), "labels": .integers(labels.map(Int64.init))],
      featureLists: [
        "audio": vectors.map { .bytes([$0]) }, "rgb": vectors.map { .bytes([Array(repeating: $0[0], count: 1024)]) },
      ]
    ).encoded
  }
}
