import Datasets
import Glibc
import Layers
public import Logging
public import Models
public import Parameters
import Tensors

/// Why training cannot go on.
public enum TrainingError: Error, Equatable, CustomStringConvertible {
  /// The loss is not a number any more.
  case diverged(step: Int, loss: Float)
  /// Server 0 speaks of a shard that the worker's dataset does not have.
  case noSuchShard(Int, of: Int, folder: String)

  public var description: String {
    switch self {
    case .diverged(let step, let loss):
      "the loss was to be a number, but is \(loss) after step \(step): a lower --learning-rate may help"
    case .noSuchShard(let shard, let count, let folder):
      "expected a shard to read below \(count), as many as \(folder) has for training, but server 0 gave shard \(shard)"
    }
  }
}

/// A worker's loop: pull, compute, push, until server 0 says that it is enough.
///
/// Gradients leave as the backward pass finds them, last stage first; new weights are awaited in the forward pass, first
/// stage first: the network hides behind the computing.
public final class Trainer {
  private var network: Network
  private let client: any ParameterClient
  private var patches: LeasedPatches
  private let batch: Int
  private let log: Logger
  private var clock: UInt64 = 0

  /// - Parameters:
  ///   - network: Its values do not matter: they are pulled.
  ///   - batch: Patches in a mini-batch.
  public init(
    _ network: Network, client: any ParameterClient, patches: LeasedPatches, batch: Int, log: Logger
  ) {
    self.network = network
    self.client = client
    self.patches = patches
    self.batch = batch
    self.log = log
  }

  /// Trains until the run has its steps, or a wait throws; what is held is then given back by `leave`.
  public func run() throws {
    client.pull(tensors: 0..<network.parameters.count)
    client.advance(completed: nil)
    while true {
      let (directive, step) = try client.awaitDirective()
      switch directive {
      case .proceed:
        let loss = try trainOneBatch(at: step)
        log.trace("mini-batch", metadata: ["clock": "\(clock)", "step": "\(step)", "loss": "\(loss)"])
      case .wait:
        usleep(50_000)
        client.advance(completed: nil)
      case .finish:
        return try client.wait(forTensors: 0..<network.parameters.count, install: install)
      }
    }
  }

  /// Tells server 0 that this worker goes.
  public func leave() throws {
    try client.leave(read: patches.takeRead())
  }

  private func trainOneBatch(at step: Int) throws -> Float {
    let batch = try patches.draw(batch, leasing: client)
    clock += 1
    var x = Features(batch.input)
    for stage in 0..<network.stageCount {
      try client.wait(forTensors: network.parameterRange(ofStage: stage), install: install)
      x = network.forward(stage: stage, x, mode: .training)
    }
    let (loss, gradient) = sigmoidCrossEntropy(logits: x.tensor, targets: batch.targets)
    guard loss.isFinite else { throw TrainingError.diverged(step: step, loss: Float(loss)) }
    var dy = Features(gradient)
    for stage in (0..<network.stageCount).reversed() {
      if let dx = network.backward(stage: stage, dy) { dy = dx }
      let range = network.parameterRange(ofStage: stage)
      client.push(clock: clock, tensors: range, gradients: range.map { network.gradient(ofParameter: $0) })
    }
    client.advance(
      completed: Coordinator.Completion(
        clock: clock, basedOnStep: step, examples: batch.input.shape[0], loss: Float(loss)))
    patches.collectRead()
    return Float(loss)
  }

  private func install(tensor: Int, row: Int, values: Span<Float>) {
    network.setValue(ofParameter: tensor, fromRow: row, values: values)
  }
}
