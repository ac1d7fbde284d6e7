public import Datasets
public import Parameters
import Tensors

/// Patches of clips from the whole training part, drawn so that each class comes equally often.
///
/// Nothing is leased and nothing read to an end. What is drawn follows from the seed and the number of the example, so that
/// this number is all that there is to keep.
public struct BalancedPatches: PatchSource {
  struct State: SamplerState {
    /// How many examples came before.
    let examples: Int
  }

  private let index: ClipIndex
  private let description: DatasetDescription
  private let augmentations: [Augmentation]
  private let seed: UInt64
  private var order: BalancedOrder
  /// The number of the next example; `nil` before the first one, where no earlier worker is known.
  private var next: Int?

  /// - Parameters:
  ///   - seed: Of the drawing; another one for each worker.
  ///   - state: What the `state` of another one of this seed was, to go on from there.
  ///   - augmentations: What is done to each mini-batch, in this order.
  /// - Throws: `DatasetError` where the shards cannot be read, or have no clip with a label;
  ///   `TrainingError.unusableSampler` where there is no such state.
  public init(_ dataset: Dataset, seed: UInt64, state: String? = nil, augmentations: [Augmentation] = []) throws {
    next = try state.map { try State(parsing: $0).examples }
    guard next ?? 0 >= 0 else { throw TrainingError.unusableSampler(reason: "it is before the first example") }
    index = try ClipIndex(dataset, of: .train)
    guard index.clips.contains(where: { !$0.isEmpty }) else {
      throw DatasetError.invalid(
        path: dataset.folder, reason: "balanced sampling needs a clip with a label in the training part, it has none")
    }
    order = BalancedOrder(of: index.clips, seed: seed)
    description = dataset.description
    self.seed = seed
    self.augmentations = augmentations
  }

  public var state: String {
    get throws { try State(examples: next ?? 0).text }
  }

  /// Draws the examples that come next. One that begins without a state does so beyond all that an earlier worker of its
  /// seed can have drawn: a mini-batch for each step of the run.
  public mutating func draw(
    _ batch: Int, atStep step: Int, leasing client: any ParameterClient
  ) throws -> PatchBatch {
    let first = next ?? step * batch
    var generator = SeededGenerator(seed: seed, stream: "mini-batch from example \(first)")
    let examples = try (first..<first + batch).map { number in
      let clip = try index.clip(order.example(number).clip)
      return clip.example(Int.random(in: 0..<clip.count, using: &generator))
    }
    var result = PatchBatch(examples, of: description)
    for augmentation in augmentations { augmentation.apply(to: &result, using: &generator) }
    result.seed = generator.state
    next = first + batch
    return result
  }

  public mutating func collectRead() {}

  public mutating func takeRead() -> [Lease] { [] }
}
