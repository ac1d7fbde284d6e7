import Layers
import Models
import Parameters
import Training

/// What the processes of a run need, about.
struct RunNeeds {
  /// Files that a process has open beside its connections.
  static let otherFiles = 128

  /// Memory of a worker: weights, gradients, and what it keeps of a mini-batch until the backward pass.
  let workerBytes: Int
  /// Memory of a server: its weights and the optimizer's tensors, also those of its neighbour where there are replicas, and
  /// once more while it writes a checkpoint.
  let serverBytes: Int
  /// Of the process that has most.
  let openFiles: Int
  /// Of a whole checkpoint.
  let checkpointBytes: Int
  let checkpointsKept: Int

  init(_ settings: RunSettings) throws {
    let network = Network(try ModelSpecification(parsing: settings.model), classes: settings.classes)
    let modelBytes = Manifest(of: network).count * MemoryLayout<Float>.size
    let kept = network.layers.keptValues * settings.batch * MemoryLayout<Float>.size
    let tensors = 1 + settings.optimizer.slots.count
    workerBytes = 3 * modelBytes + 3 * kept / 2 + 64 << 20
    serverBytes = (2 + settings.replicas) * tensors * modelBytes / settings.servers + 64 << 20
    openFiles = max(settings.workers, settings.servers) * settings.lanes * 2 + Self.otherFiles
    checkpointBytes = tensors * modelBytes
    checkpointsKept = settings.checkpoints.keep
  }
}
