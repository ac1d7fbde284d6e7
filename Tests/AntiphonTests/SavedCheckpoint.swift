import Foundation
import Testing

/// What a checkpoint's files hold, read by hand.
struct SavedCheckpoint {
  /// The versions that there are of chunks.
  let versions: Set<Int>
  /// The bytes of each tensor of each server.
  let tensors: [String: Data]

  /// The steps of which a run has checkpoints, in order.
  static func steps(of run: TrainedRun) throws -> [Int] {
    try FileManager.default.contentsOfDirectory(atPath: "\(run.folder)/checkpoints")
      .compactMap { Int($0.split(separator: "-")[1]) }.sorted()
  }

  init(of run: TrainedRun, step: Int) throws {
    let digits = String(step)
    let name = "step-" + String(repeating: "0", count: 8 - digits.count) + digits
    let folder = URL(filePath: "\(run.folder)/checkpoints/\(name)")
    let json = try JSONSerialization.jsonObject(with: Data(contentsOf: folder.appending(path: "manifest.json")))
    let shards = try #require((json as? [String: Any])?["shards"] as? [[String: Any]])
    var versions: Set<Int> = []
    var tensors: [String: Data] = [:]
    for shard in shards {
      for chunk in try #require(shard["chunks"] as? [[String: Any]]) {
        versions.insert(try #require(chunk["version"] as? Int))
      }
      let file = try #require(shard["file"] as? String)
      let bytes = try Data(contentsOf: folder.appending(path: file))
      let length = bytes.prefix(8).reversed().reduce(0) { $0 << 8 | Int($1) }
      let header = try JSONSerialization.jsonObject(with: bytes[8..<8 + length])
      for (name, entry) in try #require(header as? [String: [String: Any]]) where name != "__metadata__" {
        let offsets = try #require(entry["data_offsets"] as? [Int])
        tensors["\(file) \(name)"] = Data(bytes[8 + length + offsets[0]..<8 + length + offsets[1]])
      }
    }
    self.versions = versions
    self.tensors = tensors
  }

  /// The largest difference of two values of the same place; infinite where there are other tensors, or no numbers.
  func largestDifference(from other: SavedCheckpoint) -> Float {
    guard tensors.mapValues(\.count) == other.tensors.mapValues(\.count) else { return .infinity }
    return tensors.map { name, bytes in
      zip(Self.values(bytes), Self.values(other.tensors[name]!)).map {
        $0.isFinite && $1.isFinite ? abs($0 - $1) : .infinity
      }.max() ?? 0
    }.max() ?? .infinity
  }

  private static func values(_ bytes: Data) -> [Float] {
    stride(from: bytes.startIndex, to: bytes.endIndex, by: 4).map { first in
      Float(bitPattern: bytes[first..<first + 4].reversed().reduce(0) { $0 << 8 | UInt32($1) })
    }
  }
}
