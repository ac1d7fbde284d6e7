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
  /// What a checkpoint says of the drawing of patches does not fit the dataset.
  case unusableSampler(reason: String)

  public var description: String {
    switch self {
    case .diverged(let step, let loss):
      "the loss was to be a number, but is \(loss) after step \(step): a lower --learning-rate may help"
    case .noSuchShard(let shard, let count, let folder):
      "expected a shard to read below \(count), as many as \(folder) has for training, but server 0 gave shard \(shard)"
    case .unusableSampler(let reason): "the checkpoint's place in the shards cannot be gone on from: \(reason)"
    }
  }
}

/// A worker's loop: pull, compute, push, until server 0 says that it is enough.
///
/// Gradients leave as the backward pass finds them, last stage first; new weights are awaited in the forward pass, first
/// stage first: the network hides behind the computing. In `bounded` and `sync` a mini-batch counts only when all servers
/// have answered it, so there they are awaited before the next one is asked for.
public final class Trainer {
  private var network: Network
  private let client: TimedClient
  private var patches: any PatchSource
  private let batch: Int
  private let loss: Loss
  private let consistency: Consistency
  private let log: Logger
  private let onStage: () -> Void
  private let onBatch: (Coordinator.Completion) -> Void
  private var clock: UInt64 = 0
  private var completed: Coordinator.Completion?
  /// In `sync`, the step of the weights.
  private var weights = 0
  /// In `bounded`, the clock up to which all updates were on the servers when the reading of the weights began.
  private var leastClock: UInt64 = 0
  private var lastCompletion = ContinuousClock.now

  /// - Parameters:
  ///   - network: Its values do not matter: they are pulled.
  ///   - batch: Patches in a mini-batch.
  ///   - onStage: Is called when a stage of the network has been computed, forward or backward: a sign of life.
  ///   - onBatch: Is called when a mini-batch has been computed.
  public init(
    _ network: Network, client: any ParameterClient, patches: any PatchSource, batch: Int, loss: Loss = .crossEntropy,
    consistency: Consistency, log: Logger, onStage: @escaping () -> Void = {},
    onBatch: @escaping (Coordinator.Completion) -> Void = { _ in }
  ) {
    self.network = network
    self.client = TimedClient(client)
    self.patches = patches
    self.batch = batch
    self.loss = loss
    self.consistency = consistency
    self.log = log
    self.onStage = onStage
    self.onBatch = onBatch
  }

  private var all: Range<Int> { 0..<network.parameters.count }

  /// Trains until the run has its steps, or a wait throws; what is held is then given back by `leave`.
  ///
  /// - Returns: The global step at which the run ended: fewer than it was to have, where it was stopped.
  @discardableResult public func run() throws -> Int {
    client.pull(tensors: all)
    if consistency.isSync { weights = try client.waitForOneStep(install: install) }
    client.advance(weights: weights, completed: nil)
    var waits: UInt32 = 0
    while true {
      let instruction = try client.awaitDirective(install: install)
      switch instruction.directive {
      case .proceed:
        waits = 0
        let loss = try trainOneBatch(instruction)
        log.trace("mini-batch", metadata: ["clock": "\(clock)", "step": "\(instruction.step)", "loss": "\(loss)"])
      case .wait:
        client.waiting { _ = usleep(min(1000 << waits, 50_000)) }
        waits = min(waits + 1, 6)
      case .tellSampler: try client.tell(sampler: patches.state)
      case .finish:
        try client.wait(forTensors: all, install: install)
        return instruction.step
      }
      client.advance(weights: weights, completed: completed)
    }
  }

  /// Tells server 0 that this worker goes.
  public func leave() throws {
    try client.leave(read: patches.takeRead())
  }

  private func trainOneBatch(_ instruction: Coordinator.Instruction) throws -> Float {
    clock = max(clock + 1, min(instruction.clock, UInt64(Int64.max)))
    if consistency.areTooOld(readAt: leastClock, forClock: clock) { client.pull(tensors: all) }
    leastClock = instruction.leastClock
    let batch = try patches.draw(batch, atStep: instruction.step, leasing: client)
    let mode = Mode(isTraining: true, seed: batch.seed, lengths: batch.lengths)
    var x = Features(batch.input)
    for stage in 0..<network.stageCount {
      try client.wait(forTensors: network.parameterRange(ofStage: stage), install: install)
      x = network.forward(stage: stage, x, mode: mode)
      onStage()
    }
    let (loss, gradient) = loss.value(logits: x.tensor, targets: batch.targets)
    guard loss.isFinite else { throw TrainingError.diverged(step: instruction.step, loss: Float(loss)) }
    var dy = Features(gradient)
    for stage in (0..<network.stageCount).reversed() {
      if let dx = network.backward(stage: stage, dy) { dy = dx }
      let range = network.parameterRange(ofStage: stage)
      client.push(clock: clock, tensors: range, gradients: range.map { network.gradient(ofParameter: $0) })
      onStage()
    }
    if consistency.isSync {
      weights = try client.waitForOneStep(install: install)
    } else if consistency.countsWhatIsAnswered {
      try client.wait(forTensors: all, install: install)
    }
    complete(instruction, examples: batch.input.shape[0], loss: Float(loss))
    patches.collectRead()
    return Float(loss)
  }

  /// Takes down what is told of the mini-batch, also when that is asked again.
  private func complete(_ instruction: Coordinator.Instruction, examples: Int, loss: Float) {
    let now = ContinuousClock.now
    let completion = Coordinator.Completion(
      clock: clock, basedOnStep: instruction.step, examples: examples, loss: loss,
      waitedSeconds: client.takeWaitedSeconds(), seconds: Float((now - lastCompletion) / .seconds(1)))
    lastCompletion = now
    completed = completion
    onBatch(completion)
  }

  private func install(tensor: Int, row: Int, values: Span<Float>) {
    network.setValue(ofParameter: tensor, fromRow: row, values: values)
  }
}
