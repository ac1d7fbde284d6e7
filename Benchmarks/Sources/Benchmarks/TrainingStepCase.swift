import ArgumentParser
import Layers
import Models
import Tensors

/// One case of `training-step`, in the process that was started for it.
struct TrainingStepCase: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "training-step-case", shouldDisplay: false)

  @Option var model: String
  @Option var batch: Int
  @Option var threads: Int
  @Option var what: MeasuredStep.Work
  @Option var seconds: Double
  @Flag var profile = false

  func run() throws {
    CaseProcess.followParent()
    let specification = try ModelSpecification(parsing: model)
    try ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
      var network = TrainedNetwork(specification, seed: 1)
      let batch = RandomBatch(batch, for: specification, seed: 2)
      try CaseProcess.tell(what == .train ? train(&network, on: batch) : infer(&network, batch))
    }
  }

  private func train(_ network: inout TrainedNetwork, on batch: RandomBatch) throws -> MeasuredStep {
    var losses: [Double] = []
    let layers = profile ? LayerTimes() : nil
    let times = LayerTimes.$current.withValue(layers) {
      RepeatedTimes(seconds: seconds) { losses.append(network.train(on: batch)) }
    }
    let (first, last) = (losses[0], losses[losses.count - 1])
    guard last < first else {
      throw BenchmarkError("expected the loss of one mini-batch to fall, but it went from \(first) to \(last)")
    }
    guard network.isFinite() else {
      throw BenchmarkError("expected weights that are numbers after \(losses.count) steps, and some are not")
    }
    return try measured(
      times, lossFirst: first, lossLast: last, layers.map { LayerSeconds.all($0, steps: losses.count) })
  }

  private func infer(_ network: inout TrainedNetwork, _ batch: RandomBatch) throws -> MeasuredStep {
    var scores = Tensor([0])
    let layers = profile ? LayerTimes() : nil
    var steps = 0
    let times = LayerTimes.$current.withValue(layers) {
      RepeatedTimes(seconds: seconds) {
        scores = network.scores(of: batch.patches)
        steps += 1
      }
    }
    guard scores.isFinite else { throw BenchmarkError("expected scores that are numbers, and some are not") }
    return try measured(times, lossFirst: nil, lossLast: nil, layers.map { LayerSeconds.all($0, steps: steps) })
  }

  private func measured(
    _ times: RepeatedTimes, lossFirst: Double?, lossLast: Double?, _ layers: [LayerSeconds]?
  ) throws -> MeasuredStep {
    MeasuredStep(
      model: model, batch: batch, threads: threads, what: what, steps: times.count, stepSeconds: times.median,
      stepSecondsBest: times.best, peakBytes: try PeakMemory.bytes(), lossFirst: lossFirst, lossLast: lossLast,
      layers: layers)
  }
}

extension MeasuredStep.Work: ExpressibleByArgument {}
