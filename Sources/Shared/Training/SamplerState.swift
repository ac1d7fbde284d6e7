internal import Foundation
import Parameters

/// Where a worker is in the patches that it reads, as a checkpoint keeps it: with it, another worker draws what this one
/// would have drawn.
struct SamplerState: Codable, Equatable {
  /// Of the drawing from here on.
  let seed: UInt64
  /// What is being read, in the order in which it was added.
  let leases: [Lease]
  /// How many patches each of their shards has.
  let patches: [Int]
  /// What was read to the end, and told to nobody.
  let read: [Lease]
  /// The patches not yet drawn, in the pool's order: their positions among the patches of all leases.
  let undrawn: [Int]

  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  init(seed: UInt64, leases: [Lease], patches: [Int], read: [Lease], undrawn: [Int]) {
    self.seed = seed
    self.leases = leases
    self.patches = patches
    self.read = read
    self.undrawn = undrawn
  }

  init(parsing text: String) throws(TrainingError) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
    } catch { throw .unusableSampler(reason: "it cannot be read") }
  }
}
