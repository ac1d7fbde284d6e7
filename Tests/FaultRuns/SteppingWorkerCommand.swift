import ArgumentParser
import Clusters
import Faults
import Foundation
import Transport

struct SteppingWorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "A worker whose gradients are known, and that computes nothing.")

  @Option(name: .customLong("run"), help: "The folder of the run.")
  var runFolder: String

  @Option(help: "Which worker this is.")
  var index: Int

  @Option(help: "How long a mini-batch takes.")
  var stepSeconds: Double

  @Flag(help: "End when the process that started this one has gone.")
  var stopWithParent = false

  func run() throws {
    let stop = StopSignal()
    stop.followSignals()
    if stopWithParent { stop.followParent() }
    do {
      try SteppingWorker(
        RunFolder(opening: runFolder), index: index, stepSeconds: stepSeconds, isCancelled: { stop.isSent }
      ).run()
    } catch TransportError.cancelled {
      return
    } catch {
      FileHandle.standardError.write(Data("worker \(index): \(error)\n".utf8))
      throw ExitCode(75)
    }
  }
}
