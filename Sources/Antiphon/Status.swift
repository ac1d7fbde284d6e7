import ArgumentParser
import Clusters
import Foundation
import Telemetry

struct Status: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Shows how a run is.",
    discussion: """
      Asks server 0. Where no server answers (or it listens on loopback alone, and this is another machine), it shows what \
      the run's record in its folder says, and the state is 'stopped', or 'finished' when all steps are done.

      Example: antiphon status runs/first --json
      """)

  @Argument(help: .init("The folder of the run.", valueName: "run"))
  var runFolder: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    try reportingErrors {
      let status = try RunQuestions(of: RunFolder(opening: runFolder)).status()
      try output.show(status, [status.table])
    }
  }
}

extension RunStatus {
  /// The status for people, some lines without a newline at the end.
  var table: String {
    let percent = Int((progress.fraction * 100).rounded(.down))
    var lines = [
      "state       \(state.rawValue)",
      "step        \(TaskProgress.grouped(step)) of \(TaskProgress.grouped(steps)) (\(percent)%), epoch \(epoch)",
      "speed       \(TaskProgress.grouped(Int(examplesPerSecond.rounded()))) examples/s",
      "loss        \(loss.map { $0.formatted(decimals: 5) } ?? "none yet")",
      "staleness   \(stalenessMean.formatted(decimals: 2)) updates (mean)",
      "waiting     \(waiting)",
      "checkpoint  \(lastCheckpointStep.map { "step \(TaskProgress.grouped($0))" } ?? "none yet")",
    ]
    if let lastCheckpointError { lines.append("            the last one failed: \(lastCheckpointError)") }
    if let validation {
      lines.append("validation  \(line(of: validation))")
      if let bestValidation, bestValidation.step != validation.step {
        lines.append("            the best: \(line(of: bestValidation))")
      }
    }
    if droppedFrames > 0 { lines.append("dropped     \(droppedFrames) frames that could not be read") }
    if refusedConnections > 0 {
      lines.append("refused     \(refusedConnections) connections to server 0 without an admitted key")
    }
    lines.append("workers     \(desiredWorkers) wanted")
    for process in processes {
      let name = "\(process.role.rawValue) \(process.index)".padded(to: 12)
      lines.append(
        "  \(name) \(process.state.rawValue.padded(to: 8)) pid \("\(process.pid)".padded(to: 8)) \(process.address)")
    }
    return lines.joined(separator: "\n")
  }

  private func line(of result: ValidationResult) -> String {
    let text: (Double?) -> String = { $0.formatted(decimals: 4) }
    return "mAP \(text(result.map)), AUC \(text(result.auc)), d-prime \(text(result.dPrime)), loss "
      + "\(text(result.loss)) at step \(TaskProgress.grouped(result.step))"
  }

  private var waiting: String {
    guard let exposed = exposedSecondsPerStep, let step = stepSeconds, step > 0 else { return "not known yet" }
    return String(
      format: "%.1f ms of %.1f ms a step (%.1f%%) for servers", exposed * 1000, step * 1000, exposed / step * 100)
  }
}

extension String {
  fileprivate func padded(to width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
