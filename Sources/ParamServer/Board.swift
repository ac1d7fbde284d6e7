import Clusters
import Foundation
import Logging
import Synchronization
import Telemetry

/// One of the runs that TensorBoard shows of a training: curves and histograms, from any thread. Where they cannot be
/// written, that is said once, and the training goes on.
final class Board: Sendable {
  private struct State: ~Copyable {
    var file: EventFile?
    var fails = false
  }

  private let state: Mutex<State>
  private let log: Logger

  /// - Parameters:
  ///   - name: `train`, for example.
  ///   - step: The step from which the run goes on.
  init(_ name: String, of folder: RunFolder, from step: Int, log: Logger) {
    self.log = log
    do throws(RunRecordError) {
      state = Mutex(State(file: try EventFile(in: "\(folder.tensorBoard)/\(name)", from: step)))
    } catch {
      state = Mutex(State(file: nil))
      log.error("there is nothing for TensorBoard: \(error)")
    }
  }

  func add(
    _ values: [(tag: String, value: EventFile.Value)], step: Int, at unixSeconds: Double = Date().timeIntervalSince1970
  ) {
    state.withLock { state in
      do throws(RunRecordError) {
        try state.file?.append(values, step: step, unixSeconds: unixSeconds)
        state.fails = false
      } catch {
        if !state.fails { log.error("a curve for TensorBoard is not written: \(error)") }
        state.fails = true
      }
    }
  }

  /// Adds those numbers that there are.
  private func add(numbers: [(tag: String, value: Double?)], step: Int, at unixSeconds: Double) {
    add(numbers.compactMap { item in item.value.map { (item.tag, .number($0)) } }, step: step, at: unixSeconds)
  }
}

extension Board {
  /// How the run is.
  func add(_ status: RunStatus) {
    var staleness = ValueHistogram()
    for (updates, count) in status.stalenessHistogram.enumerated() { staleness.add(Float(updates), times: count) }
    add([("staleness_histogram", .histogram(staleness))], step: status.step, at: status.unixSeconds)
    add(
      numbers: [
        ("loss", status.loss), ("examples_per_second", status.examplesPerSecond),
        ("bytes_per_second", status.bytesPerSecond), ("learning_rate", status.learningRate),
        ("staleness", status.stalenessMean), ("seconds_per_step", status.stepSeconds),
        ("waited_seconds_per_step", status.exposedSecondsPerStep), ("epoch", Double(status.epoch)),
        ("workers", Double(status.processes.count { $0.role == .worker && $0.state == .running })),
      ], step: status.step, at: status.unixSeconds)
  }

  func add(_ result: ValidationResult) {
    add(
      numbers: [("loss", result.loss), ("map", result.map), ("auc", result.auc), ("d_prime", result.dPrime)],
      step: result.step, at: result.unixSeconds)
  }
}
