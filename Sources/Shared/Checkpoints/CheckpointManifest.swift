public import Foundation
public import Parameters
internal import Tensors

/// What a checkpoint is of, and what belongs to it: the last file that is written, with which the checkpoint exists.
public struct CheckpointManifest: Codable, Equatable, Sendable {
  /// A tensor of the model; no extent is 0.
  public struct Tensor: Codable, Equatable, Sendable {
    public let name: String
    public let shape: [Int]
    public let kind: Manifest.Kind
  }

  /// The run's random number.
  public let run: UInt64
  /// The fingerprint of the model, as its `Manifest` has it.
  public let digest: UInt64
  public let tensors: [Tensor]
  /// The names of what the optimizer keeps beside each weight.
  public let slots: [String]
  /// The global step.
  public var step = 0
  /// In the order of the servers.
  public var shards: [ShardRecord] = []
  /// What server 0 knows beyond its shard, in JSON.
  public var coordinator = Data()

  /// A manifest without a step and shards.
  public init(run: UInt64, manifest: Manifest, slots: [String]) {
    self.run = run
    self.slots = slots
    digest = manifest.digest
    tensors = manifest.entries.map { Tensor(name: $0.name, shape: $0.shape, kind: $0.kind) }
  }
}

extension CheckpointManifest {
  static let fileName = "manifest.json"

  /// The file's bytes: `{"checksum":"`, eight hexadecimal digits, `",` and the rest of the JSON, of which the digits are
  /// the CRC-32C. So no byte can change unnoticed.
  func encoded(for path: String) throws(CheckpointError) -> [UInt8] {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    do {
      let rest = [UInt8](try encoder.encode(self).dropFirst())  // without its {
      return Self.start(before: rest) + rest
    } catch {
      throw .unwritable(path: path, reason: "it has no JSON: \(error)")
    }
  }

  /// - Throws: `CheckpointError` with the file's name.
  init(reading file: any ReadableFile) throws(CheckpointError) {
    let path = file.path
    let bytes = try file.read(0..<file.size)
    let rest = Array(bytes.dropFirst(Self.start(before: []).count))
    guard bytes.starts(with: Self.start(before: rest)) else {
      throw .damaged(path: path, reason: "its checksum is wrong")
    }
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(bytes))
    } catch {
      throw .damaged(path: path, reason: "it is not the manifest of a checkpoint")
    }
  }

  private static func start(before rest: [UInt8]) -> [UInt8] {
    let digits = String(Checksum(of: unsafe rest.span.bytes).value, radix: 16)
    return Array("{\"checksum\":\"\(String(repeating: "0", count: 8 - digits.count))\(digits)\",".utf8)
  }
}
