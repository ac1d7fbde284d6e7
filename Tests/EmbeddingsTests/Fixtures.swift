import Datasets
import Embeddings
import Foundation
import Models
import Tensors

/// A folder that is gone after the test.
func withTemporaryFolder<Value>(_ body: (String) throws -> Value) throws -> Value {
  let folder = FileManager.default.temporaryDirectory.appending(path: "antiphon-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// A file beside the tests.
func fixture(_ name: String) -> String { Bundle.module.resourceURL!.appending(path: "Fixtures/\(name)").path }

/// What `body` throws, as people read it.
func message(of body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch {
    return "\(error)"
  }
}

extension Tensor {
  /// The values as an array.
  var array: [Float] {
    let values = values
    return values.indices.map { values[$0] }
  }

  /// `[count, 96, 64, 1]` of random values.
  static func patches(_ count: Int, seed: UInt64 = 1) -> Tensor {
    var generator = SeededGenerator(seed: seed)
    return Tensor([count, 96, 64, 1], values: generator.normal(count * 96 * 64, deviation: 2))
  }
}

/// A network with and without its output layer, with the same values: drawn from their names.
func embedder(_ model: String, batch: Int = 64) throws -> Embedder {
  Embedder(Network(withoutOutput: try ModelSpecification(parsing: model)).drawn, batch: batch)
}

extension Network {
  /// The same with the values with which it begins, and not 0.
  var drawn: Network {
    var network = self
    for (index, parameter) in parameters.enumerated() {
      let values = network.initialValues(of: parameter, seed: 5)
      network.setValue(ofParameter: index, fromRow: 0, values: values.values)
    }
    return network
  }
}

/// Shards of five clips of random log-mel patches, in two parts: in turn of one patch, of one and `more`, and of one and
/// twice `more`.
func logMelDataset(in folder: String, more: Int = 1) throws -> Dataset {
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  let vocabulary = Vocabulary(names: ["one", "three", "two"])
  var description = DatasetDescription(
    vocabulary: vocabulary, settings: PreparationSettings(), sounds: 20, soundsDigest: "", splits: [:])
  var generator = SeededGenerator(seed: 3)
  for (split, shards) in [(Split.train, 3), (.evaluation, 1)] {
    var part = SplitDescription(shards: [], classes: 3)
    for index in 0..<shards {
      var shard = ShardDescription(file: "\(split.rawValue)-\(index).tfrecord")
      let writer = try TFRecordWriter(path: "\(folder)/\(shard.file)")
      for number in 0..<5 {
        let bytes = (0..<(1 + number % 3 * more) * 96 * 64).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
        let clip = Clip(
          identifier: "\(shard.file) \(number)", start: 0, end: Float(1 + number % 3 * more), labels: [number % 3],
          patches: bytes)
        shard.bytes += try writer.append(clip.encoded)
        shard.clips += 1
        shard.patches += clip.count
        part.clipsPerLabel[number % 3] += 1
      }
      try writer.finish()
      part.clips += shard.clips
      part.patches += shard.patches
      part.shards.append(shard)
    }
    description.splits[split] = part
  }
  let encoder = JSONEncoder()
  encoder.keyEncodingStrategy = .convertToSnakeCase
  try encoder.encode(description).write(to: URL(filePath: "\(folder)/\(DatasetDescription.fileName)"))
  return try Dataset(opening: folder)
}
