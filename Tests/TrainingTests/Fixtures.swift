import Datasets
import Foundation
import Models
import Parameters
import Tensors

/// A folder that is gone after the test.
func withTemporaryFolder<Value>(_ body: (String) throws -> Value) throws -> Value {
  let folder = FileManager.default.temporaryDirectory.appending(path: "antiphon-\(UUID().uuidString)").path
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(atPath: folder) }
  return try body(folder)
}

/// Writes a dataset with a training part only, and opens it.
///
/// - Parameters:
///   - frames: Of a patch, of as many `bands` each.
///   - embedding: The size of vectors, where the patches are such.
func dataset(
  in folder: String, shards: [[Clip]], classes: Int, frames: Int = 96, bands: Int = 64, embedding: Int? = nil
) throws -> Dataset {
  var split = SplitDescription(shards: [], classes: classes)
  for (number, clips) in shards.enumerated() {
    var shard = ShardDescription(file: "train-\(number)")
    let writer = try TFRecordWriter(path: "\(folder)/\(shard.file)")
    for clip in clips { try writer.append(clip.encoded) }
    try writer.finish()
    shard.clips = clips.count
    shard.patches = clips.reduce(0) { $0 + $1.count }
    split.shards.append(shard)
  }
  var settings = PreparationSettings()
  settings.frontEnd.framesPerPatch = frames
  settings.frontEnd.bands = bands
  var description = DatasetDescription(
    vocabulary: Vocabulary(names: (0..<classes).map { "label \($0)" }), settings: settings, sounds: 0,
    soundsDigest: "", splits: [.train: split])
  description.embedding = embedding.map { EmbeddingOrigin(network: "released", digest: "", size: $0) }
  let file = URL(filePath: "\(folder)/\(DatasetDescription.fileName)")
  try JSONEncoder().encode(description).write(to: file)
  return try Dataset(opening: folder, of: nil)
}

/// Shards of one clip of random patches each, in full size, with one label.
func randomShards(_ count: Int, patches: Int) -> [[Clip]] {
  var generator = SeededGenerator(seed: 2)
  return (0..<count).map { number in
    let bytes = (0..<patches * 96 * 64).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
    return [Clip(identifier: "\(number)", start: 0, end: 1, labels: [number % 3], patches: bytes)]
  }
}

/// Two hidden layers of four units.
func smallNetwork() -> Network { Network(ModelSpecification(.fullyConnected(layers: 2, units: 4)), classes: 3) }

/// The values that each tensor of a network begins with.
func startingValues(of network: Network) -> [Tensor] {
  network.parameters.map { network.initialValues(of: $0, seed: 9) }
}

extension Network {
  mutating func install(_ values: [Tensor]) {
    for (index, tensor) in values.enumerated() { setValue(ofParameter: index, fromRow: 0, values: tensor.values) }
  }
}

extension Tensor {
  var array: [Float] { values.indices.map { values[$0] } }
}
