import Datasets
import Parameters
import Testing
import Training

@Suite struct `Balanced patches` {
  /// How many clips each label has; one has none.
  private let sizes = [12, 3, 0, 1]

  /// Clips of four patches of 2 x 2, in two shards: the bytes of a patch are its label's, its clip's, its own number, and 9.
  private func withDataset(labels: Bool = true, _ body: (Dataset) throws -> Void) throws {
    let clips = sizes.enumerated().flatMap { label, count in
      (0..<count).map { clip in
        let bytes = (0..<4).flatMap { patch -> [UInt8] in [UInt8(label), UInt8(clip), UInt8(patch), 9] }
        return Clip(identifier: "", start: 0, end: 1, labels: labels ? [label] : [], patches: bytes, patchSize: 4)
      }
    }
    try withTemporaryFolder { folder in
      try body(
        dataset(in: folder, shards: [Array(clips[..<7]), Array(clips[7...])], classes: 4, frames: 2, bands: 2))
    }
  }

  /// Gives no shard to anybody.
  private let client = RecordingClient(values: [], directives: [], leases: [])

  private func draw(_ count: Int, from patches: inout BalancedPatches, step: Int = 0) throws -> PatchBatch {
    let batch = try patches.draw(count, atStep: step, leasing: client)
    patches.collectRead()
    #expect(patches.takeRead().isEmpty)
    return batch
  }

  /// The label, the clip and the patch of each example.
  private func names(_ batch: PatchBatch, in dataset: Dataset) -> [[Int]] {
    let table = dataset.description.quantization.values
    return (0..<batch.input.shape[0]).map { row in
      (0..<3).map { column in table.firstIndex(of: batch.input.values[row * 4 + column])! }
    }
  }

  @Test func `are of each class equally often, and of a class every clip before any comes again`() throws {
    try withDataset { dataset in
      var patches = try BalancedPatches(dataset, seed: 3)
      var drawn: [[Int]] = []
      for _ in 0..<60 {
        let batch = try draw(7, from: &patches)
        let names = names(batch, in: dataset)
        for (row, name) in names.enumerated() {
          for label in 0..<4 { #expect(batch.targets.values[row * 4 + label] == (label == name[0] ? 1 : 0)) }
        }
        drawn += names
      }
      #expect((0..<4).map { label in drawn.count { $0[0] == label } } == [140, 140, 0, 140])
      for (label, size) in sizes.enumerated() where size > 0 {
        let clips = drawn.filter { $0[0] == label }.map { $0[1] }
        for first in stride(from: 0, through: 140 - size, by: size) {
          #expect(clips[first..<first + size].sorted() == Array(0..<size))
        }
      }
    }
  }

  @Test func `are each patch of a clip as often as any other`() throws {
    try withDataset { dataset in
      var patches = try BalancedPatches(dataset, seed: 3)
      var counts = [0, 0, 0, 0]
      for _ in 0..<100 {
        for name in names(try draw(12, from: &patches), in: dataset) where name[0] == 3 { counts[name[2]] += 1 }
      }
      #expect(counts.reduce(0, +) == 400)
      #expect(counts.allSatisfy { (70...130).contains($0) }, "\(counts)")
    }
  }

  @Test(arguments: [[], [.mixup, .specAugment]] as [[Augmentation]], [1, 3, 8])
  func `are drawn by another worker as the first would have drawn them, from where it was`(
    augmentations: [Augmentation], batches: Int
  ) throws {
    try withDataset { dataset in
      var first = try BalancedPatches(dataset, seed: 3, augmentations: augmentations)
      for _ in 0..<batches { _ = try draw(5, from: &first) }
      let state = try first.state
      #expect(state == #"{"examples":\#(5 * batches)}"#)
      var second = try BalancedPatches(dataset, seed: 3, state: state, augmentations: augmentations)
      #expect(try second.state == state)
      for step in 0..<20 {
        let (expected, batch) = (try draw(5, from: &first), try draw(5, from: &second, step: step))
        #expect(batch.input.array == expected.input.array && batch.targets.array == expected.targets.array)
      }
    }
  }

  @Test func `begin beyond what an earlier worker drew, where it is not known how far that was`() throws {
    try withDataset { dataset in
      var first = try BalancedPatches(dataset, seed: 3)
      for _ in 0..<6 { _ = try draw(5, from: &first) }
      var second = try BalancedPatches(dataset, seed: 3)
      for _ in 0..<3 {
        #expect(try draw(5, from: &second, step: 6).input.array == draw(5, from: &first).input.array)
      }
    }
  }

  @Test func `are mixed with balanced ones by mixup, and their labels in the same shares`() throws {
    try withDataset { dataset in
      var patches = try BalancedPatches(dataset, seed: 3, augmentations: [.mixup])
      let batch = try draw(300, from: &patches)
      let table = dataset.description.quantization.values
      var sums = [0, 0, 0, 0] as [Float]
      for row in 0..<300 {
        let shares = (0..<4).map { batch.targets.values[row * 4 + $0] }
        let mixture = zip(shares, table).reduce(0) { $0 + $1.0 * $1.1 }
        #expect(abs(batch.input.values[row * 4] - mixture) < 1e-4)
        for label in 0..<4 { sums[label] += shares[label] }
      }
      #expect(sums[2] == 0)
      for label in [0, 1, 3] { #expect((75...125).contains(sums[label]), "uniform sampling has 225, 56 and 19") }
      #expect((0..<300).count { row in batch.targets.values[row * 4 + 1] > 0 } > 110, "more than without mixup")
    }
  }

  @Test func `do not go on from where they cannot be`() throws {
    try withDataset { dataset in
      var uniform = LeasedPatches(dataset, capacity: 8, seed: 3)
      _ = try uniform.draw(
        4, atStep: 0, leasing: RecordingClient(values: [], directives: [], leases: [Lease(epoch: 0, shard: 0)]))
      for state in ["", "{}", #"{"examples":-1}"#, try uniform.state] {
        #expect(throws: TrainingError.self) { try BalancedPatches(dataset, seed: 3, state: state) }
      }
      let balanced = try BalancedPatches(dataset, seed: 3).state
      #expect(throws: TrainingError.self) { try LeasedPatches(dataset, capacity: 8, state: balanced) }
    }
  }

  @Test func `need a label`() throws {
    try withDataset(labels: false) { dataset in
      #expect(throws: DatasetError.self) { try BalancedPatches(dataset, seed: 3) }
    }
  }
}
