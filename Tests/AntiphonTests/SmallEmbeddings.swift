import Datasets
import Foundation
import Tensors
import Testing

/// Clips of embeddings as they are released, prepared by the real program: in one of a clip's vectors, each label that it
/// has is a stretch of high values, and all else is noise.
enum SmallEmbeddings {
  static let labels = 4

  /// - Returns: The dataset's folder.
  static func prepare(in scratch: Scratch, clips: Int = 240) async throws -> String {
    try write("bal_train", clips: clips, seed: 1, in: scratch)
    try write("eval", clips: clips / 3, seed: 2, in: scratch)
    let rows = (0..<labels).map { "\($0),/m/\($0),label \($0)\n" }
    let vocabulary = try scratch.write("index,mid,display_name\n" + rows.joined(), to: "vocabulary.csv")
    let ending = try await Programs.antiphon(
      "prepare", scratch.path("release"), "--embeddings", "--vocabulary", vocabulary, "--into",
      scratch.path("embeddings"), in: scratch)
    try #require(ending.code == 0, "\(ending.errors)")
    return scratch.path("embeddings")
  }

  private static func write(_ part: String, clips: Int, seed: UInt64, in scratch: Scratch) throws {
    let folder = scratch.path("release/\(part)")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var generator = SeededGenerator(seed: seed)
    for file in 0..<4 {
      let writer = try TFRecordWriter(path: "\(folder)/0\(file).tfrecord")
      for clip in 0..<clips / 4 { try writer.append(Self.clip("\(file)-\(clip)", using: &generator).encoded) }
      try writer.finish()
    }
  }

  /// Of ten vectors, or now and then of fewer.
  private static func clip(_ name: String, using generator: inout SeededGenerator) -> Clip {
    let count = Int.random(in: 0..<4, using: &generator) == 0 ? Int.random(in: 2...9, using: &generator) : 10
    let heard = Set((0...1).map { _ in Int.random(in: 0..<labels, using: &generator) }).sorted()
    var bytes = (0..<count * 128).map { _ in UInt8.random(in: 64...192, using: &generator) }
    for label in heard {
      let first = Int.random(in: 0..<count, using: &generator) * 128 + 32 * label
      for index in first..<first + 16 { bytes[index] = 220 }
    }
    return Clip(
      identifier: name, start: 0, end: 10, labels: heard, patches: bytes, patchSize: 128, kind: .embedding)
  }
}
