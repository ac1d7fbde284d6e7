import ArgumentParser
import Models
import Parameters
import Tensors

/// Whom one measurement lets exchange what.
struct BenchmarkSetting {
  /// How processes of one machine reach one another.
  enum Transport: String, CaseIterable, ExpressibleByArgument {
    case tcp, ipc
  }

  /// What workers do with a whole model.
  enum Work: String, CaseIterable {
    case pull
    /// A push that is answered with new weights.
    case pushPull = "push+pull"
    /// So too, stage by stage as computing goes.
    case computePushPull = "compute+push+pull"
    /// The loop of a worker over an epoch: lease, pull, compute, push, advance.
    case train
  }

  let servers: Int
  let lanes: Int
  let replicas: Int
  let workers: Int
  /// The bytes that the model is to have, about.
  let modelBytes: Int
  let transport: Transport
  let optimizer: OptimizerSetting
  let computeSeconds: Double
  /// Steps of each worker in a round.
  let steps: Int
  let rounds: Int

  /// One hidden layer on a patch of 96 x 64, as wide as it takes to have the bytes.
  var model: ModelSpecification {
    let units = (modelBytes / 4 - Self.classes) / (96 * 64 + 1 + Self.classes)
    return ModelSpecification(.fullyConnected(layers: 1, units: max(1, units)))
  }

  /// The settings of the run: it never ends by itself, since then it would make a checkpoint.
  var run: RunSettings {
    RunSettings(
      run: UInt64.random(in: 1 ... .max), model: model.description, classes: Self.classes, vocabularyDigest: "none",
      dataset: "none", trainingShards: workers * steps, seed: 0, batch: 128, steps: Int(Int32.max),
      learningRate: LearningRateSchedule(learningRate), optimizer: optimizer,
      checkpoints: CheckpointPolicy(everySteps: 0, everySeconds: 0), servers: servers, lanes: lanes,
      replicas: replicas, workers: workers)
  }

  var megabytes: Int { modelBytes / 1_000_000 }

  /// Powers of two, so that multiples are exact.
  var learningRate: Float { optimizer == .sgd ? 1 : 1 / 1024 }

  private static let classes = 2

  /// The bytes that all workers together move in one step of each.
  func bytes(of work: Work, model: Int) -> Int { model * workers * (work == .pull ? 1 : 2) }
}
