import ArgumentParser
import Clusters
import Datasets
import Foundation
import HTTP
import Logging
import Models
import Parameters
import Programs
import Tensors
import Training
import Transport

@main
struct Worker: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "worker",
    abstract: "Computes gradients for a run: reads sounds, pulls weights, pushes gradients.",
    discussion: """
      What to train, and how, the worker hears from server 0. It may join and leave at any time.

      With --role evaluate it takes no part in the training: each time that a checkpoint has been made, it reads it where \
      the servers have it, scores clips of the validation part, and tells server 0 the loss, mAP, AUC and d-prime. The \
      checkpoint of the highest mAP is kept.

      Exit codes: 0 the run has ended or the worker was told to go, 75 start it again, 78 the configuration is wrong: \
      starting it again is no use, 64 a flag is wrong.
      """)

  @Option(
    help: "What it is to do: train or evaluate (default: train, or as TF_CONFIG has it).",
    transform: WorkerRole.init(named:))
  var role: WorkerRole?

  @Option(help: "Where all servers are, in the order of their indices: host:port,host:port,…")
  var servers: String?

  @Option(
    help: """
      The folder in which servers say where they are: RUN/members. It is looked into where neither --servers, nor \
      TF_CONFIG, nor a heterogeneous job of Slurm says where they are.
      """)
  var rendezvous: String?

  @Option(
    help: """
      The file with the keys of this worker, as 'antiphon keys RUN --add NAME --into FILE' writes it; by default, where \
      servers in RUN/members ask for keys, those in RUN/keys.
      """)
  var keys: String?

  @Option(
    help: """
      Which worker this is: shown, and it decides which patches are drawn; by default as TF_CONFIG or Slurm's environment \
      has it, and a number that is drawn for launchers that do not count.
      """)
  var index: Int?

  @Option(help: "The folder of the dataset; by default the one that the run was started with.")
  var data: String?

  @Option(help: "The model that is expected; where the servers train another, the worker ends with exit code 78.")
  var model: String?

  @Option(help: "Threads that compute; by default one for each core that the worker may use (affinity, cgroups).")
  var threads = AvailableCores().count

  @Option(help: "Seconds that a silent server is waited for.")
  var patience = 300.0

  @OptionGroup var process: ProcessOptions

  static func main() {
    LinearAlgebraLibrary.demandFittingKernel()
    main(nil)
  }

  func validate() throws {
    guard servers == nil || rendezvous == nil else {
      throw ValidationError("expected either --servers host:port,… or --rendezvous RUN/members, not both.")
    }
    if let index, !(0...Int(UInt32.max)).contains(index) {
      throw ValidationError("--index must be in 0...\(UInt32.max), it is \(index).")
    }
    guard threads > 0 else { throw ValidationError("--threads must be positive, it is \(threads).") }
    guard patience > 0 else { throw ValidationError("--patience must be positive, it is \(patience).") }
  }

  func run() throws {
    let stop = process.stopSignal()
    var log = Logger(label: "worker") { StreamLogHandler.standardError(label: $0) }
    let pages = process.pages()
    do {
      let launcher = servers == nil || index == nil ? try Launcher(ProcessInfo.processInfo.environment) : nil
      let index = try index ?? launcher?.workerIndex() ?? Int.random(in: 100_000...999_999)
      let role = role ?? launcher?.workerRole() ?? .train
      log[metadataKey: role == .train ? "worker" : "evaluator"] = "\(index)"
      let pageServer = try process.show(pages, log)
      defer { pageServer?.stop() }
      let servers = try ServerDirectory(
        servers: servers, launcher: launcher, rendezvous: rendezvous, keys: keys, patience: patience,
        isCancelled: { stop.isSent })
      log.notice("told where the servers are", metadata: ["by": "\(servers.source)", "servers": "\(servers.count)"])
      let run = try RunContact(
        servers, data: data, model: model, patience: Patience(giveUpSeconds: patience), stop: stop)
      switch role {
      case .evaluate:
        try Evaluator(run, index: index, threads: threads, pages: pages, log: log).run()
      case .train:
        let worker = try WorkerProcess(run, index: index, pages: pages, log: log)
        let isFinished = try ThreadPool.$current.withValue(ThreadPool(threads: threads)) { try worker.run() }
        try process.end(isFinished: isFinished)
      }
    } catch TransportError.cancelled {  // told to go, and gone
      try process.end(isFinished: false)
    } catch let code as ExitCode {
      throw code
    } catch {
      log.error("\(error)")
      throw ExitCode(error: error)
    }
  }
}

extension WorkerRole {
  fileprivate init(named name: String) throws {
    guard let role = WorkerRole(rawValue: name) else {
      throw ValidationError("expected train or evaluate, found '\(name)'")
    }
    self = role
  }
}

extension ExitCode {
  /// 75 where another try may succeed, 78 where it cannot.
  init(error: any Error) {
    switch error {
    case TransportError.silent, TransportError.call, is PageServerError: self.init(75)
    case let error as ClusterError: self.init(error.mayPass ? 75 : 78)
    default: self.init(78)
    }
  }
}
