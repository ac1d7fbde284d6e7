import ArgumentParser
import Clusters
import Faults
import Foundation
import Transport

struct SteppingWorkerCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker", abstract: "A worker whose gradients are known, and that computes nothing.")

  @Option(help: "The folder in which servers say where they are, as 'worker' takes it.")
  var rendezvous: String?

  @Option(help: "Which worker this is; by default as TF_CONFIG or Slurm's environment has it.")
  var index: Int?

  @Option(help: "The file with the keys of this worker, as 'worker' takes it.")
  var keys: String?

  @Option(help: "How long a mini-batch takes.")
  var stepSeconds: Double

  @Option(
    help: .init(
      "End, in good order, when the process of this number, which started this one, has gone.", valueName: "pid"))
  var stopWith: Int32?

  func run() throws {
    let stop = StopSignal()
    stop.followSignals()
    if let stopWith { stop.followParent(stopWith) }
    do {
      let launcher = try Launcher(ProcessInfo.processInfo.environment)
      let directory = try ServerDirectory(
        servers: nil, launcher: launcher, rendezvous: rendezvous, keys: keys, patience: 300,
        isCancelled: { stop.isSent })
      guard let index = try index ?? launcher?.workerIndex() else { throw TrialError("which worker is this?") }
      try SteppingWorker(directory, index: index, stepSeconds: stepSeconds, isCancelled: { stop.isSent }).run()
    } catch TransportError.cancelled {
      return
    } catch {
      FileHandle.standardError.write(Data("worker: \(error)\n".utf8))
      throw ExitCode(75)
    }
  }
}
