import Checkpoints
import Parameters
import Telemetry
import Tensors

/// Counts where the values of a server's tensors lie, and those of what the optimizer keeps of their gradients, chunk by
/// chunk as they are written into a checkpoint.
struct ShardHistograms {
  /// Of so many values of a chunk, all are counted; of a larger one, as many evenly spread: a checkpoint is not to take
  /// longer for that.
  private static let mostValues = 8192

  private let manifest: Manifest
  private let slots: [String]
  private let board: Board
  private let step: Int
  private var tensor: Int?
  private var values = ValueHistogram()
  private var gradients = ValueHistogram()

  /// - Parameter slots: What the optimizer keeps beside each weight.
  init(_ manifest: Manifest, slots: [String], step: Int, board: Board) {
    self.manifest = manifest
    self.slots = slots
    self.step = step
    self.board = board
  }

  /// - Parameter snapshot: In the order of the chunks.
  mutating func add(_ snapshot: ChunkSnapshot) {
    let tensor = manifest.chunks[snapshot.chunk].tensor
    if tensor != self.tensor { finish() }
    self.tensor = tensor
    let step = max(1, snapshot.state.values.count / Self.mostValues)
    values.add(snapshot.state.values.values, every: step)
    for (slot, tensor) in zip(slots, snapshot.state.slots) where slot == "adam_m" {
      gradients.add(tensor.values, every: step)
    }
  }

  /// Tells the last tensor.
  mutating func finish() {
    guard let tensor else { return }
    let entry = manifest.entries[tensor]
    let kind = entry.kind == .weight ? "weights" : "statistics"
    var told: [(tag: String, value: EventFile.Value)] = [("\(kind)/\(entry.name)", .histogram(values))]
    if gradients.count > 0 { told.append(("gradients_mean/\(entry.name)", .histogram(gradients))) }
    board.add(told, step: step)
    self.tensor = nil
    (values, gradients) = (ValueHistogram(), ValueHistogram())
  }
}
