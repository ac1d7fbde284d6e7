import ArgumentParser
import Foundation
import Models

struct TrainingStep: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Times whole steps of a network: forward, loss, backward, Adam; or its use.",
    discussion: """
      Each combination runs in a process of its own, on one mini-batch of noise. A case whose loss does not fall, or whose \
      weights are not all numbers in the end, is an error.

      Example: Benchmarks/run training-step --models fc,resnet50 --batch 32 --threads 1,2 --what train,infer
      """)

  @Option(help: "Which networks.")
  var models = CommaList("fc", "alexnet", "vgg19", "inception", "resnet50")

  @Option(help: "How many examples a mini-batch has.")
  var batch = CommaList(32)

  @Option(help: "How many threads compute.")
  var threads = CommaList(1, 2)

  @Option(help: "train, infer or both.")
  var what = CommaList(MeasuredStep.Work.train)

  @Option(help: "How long each case is timed, in seconds, after two steps that are not; three steps at least.")
  var seconds = 10.0

  @Flag(help: "Also tell where the time of a step goes, by kind of layer.")
  var profile = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    for model in models.elements {
      do { _ = try ModelSpecification(parsing: model) } catch { throw ValidationError("--models: \(error)") }
    }
    for (flag, values) in [("--batch", batch), ("--threads", threads)] {
      guard values.elements.allSatisfy({ $0 > 0 }) else {
        throw ValidationError("\(flag) must be positive, it is \(values.defaultValueDescription).")
      }
    }
    guard seconds >= 0 else { throw ValidationError("--seconds must not be negative, it is \(seconds).") }
  }

  func run() throws {
    output.show(Self.table.heading)
    var cases: [MeasuredStep] = []
    for (model, batch, what) in combinations {
      var onOneThread: MeasuredStep?
      for threads in threads.elements.sorted() {
        let step: MeasuredStep = try CaseProcess.result(
          of: [
            "training-step-case", "--model", model, "--batch", "\(batch)", "--threads", "\(threads)", "--what",
            "\(what)",
            "--seconds", "\(seconds)",
          ] + (profile ? ["--profile"] : []))
        cases.append(step)
        if threads == 1 { onOneThread = step }
        output.show(Self.row(step, onOneThread: onOneThread))
        for line in Self.profile(of: step) { output.show(line) }
      }
    }
    try output.finish("training-step", cases)
  }

  private var combinations: [(String, Int, MeasuredStep.Work)] {
    models.elements.flatMap { model in
      what.elements.flatMap { what in batch.elements.map { (model, $0, what) } }
    }
  }

  private static let table = Table([
    ("model", 24), ("what", 5), ("batch", 5), ("threads", 7), ("examples/s", 10), ("best", 9), ("s a step", 8),
    ("steps", 5), ("peak GiB", 8), ("speed-up", 8), ("loss", 16),
  ])

  /// The rest of a step is the loss, and in training Adam.
  private static func profile(of step: MeasuredStep) -> [String] {
    guard let layers = step.layers else { return [] }
    let table = Table([("kind of layer", 28), ("forward ms", 10), ("backward ms", 11), ("share", 6)])
    return [table.heading]
      + layers.map { layer in
        let share = (layer.forwardSeconds + layer.backwardSeconds) / step.stepSeconds
        return table.row([
          layer.kind, String(format: "%.1f", 1000 * layer.forwardSeconds),
          String(format: "%.1f", 1000 * layer.backwardSeconds), String(format: "%.1f%%", 100 * share),
        ])
      } + [""]
  }

  private static func row(_ step: MeasuredStep, onOneThread: MeasuredStep?) -> String {
    func decimal(_ value: Double, _ places: Int) -> String { String(format: "%.\(places)f", value) }
    let speedUp = onOneThread.map { decimal($0.stepSeconds / step.stepSeconds, 2) }
    let loss = step.lossFirst.flatMap { first in step.lossLast.map { "\(decimal(first, 4)) > \(decimal($0, 4))" } }
    return table.row([
      step.model, "\(step.what)", "\(step.batch)", "\(step.threads)", decimal(step.examplesPerSecond, 2),
      decimal(step.examplesPerSecondBest, 2), decimal(step.stepSeconds, 4), "\(step.steps)",
      decimal(Double(step.peakBytes) / 0x1p30, 3), step.threads == 1 ? "-" : speedUp ?? "-", loss ?? "-",
    ])
  }
}
