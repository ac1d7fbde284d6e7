import ArgumentParser
import Checkpoints
import Clusters
import Foundation
import HTTP
import Parameters
import Telemetry
import Tensors

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains a network with parameter servers and workers on this machine, or on several by ssh.",
    discussion: """
      Starts the servers and the workers, watches them, and starts again what dies. Ctrl-C has a last checkpoint made \
      and stops; a second Ctrl-C stops at once, and loses what came after the last checkpoint.

      With --hosts they run on hosts that are reached by ssh without a password, and have the run's folder, the dataset \
      and this program by the same paths. There they go on when this program or its lines are gone: --resume with the \
      same hosts watches them again.

      The run's folder holds everything about the training, so going on needs nothing else; what is given beside \
      --resume changes the run from there on.

      Examples:
        antiphon train --model resnet14-w16 --data dataset/ --servers 2 --workers 2 --run runs/first
        antiphon train --run runs/first --resume --servers 3
        antiphon train --model resnet50 --data dataset/ --servers 2 --workers 16 --run runs/second --hosts hosts.txt
      """)

  @Option(name: .customLong("run"), help: "The folder of the run; a new one, unless --resume is given.")
  var runFolder: String

  @Flag(help: "Go on with the run from its newest good checkpoint.")
  var resume = false

  @Flag(help: "Write the run's folder, and start nothing: the two programs are started otherwise.")
  var onlyConfigure = false

  @OptionGroup(title: "What is trained") var settings: TrainingOptions

  @Option(help: "A file of hosts to run on, 'HOST slots=N' on a line: N workers have room there (default: this one).")
  var hosts: String?

  @Option(
    help: "Threads with which each worker computes; by default the cores that there are, shared among the workers.")
  var threads: Int?

  @Option(
    help: """
      Where server 0 shows /healthz, /readyz and /metrics (for Prometheus) over HTTP, PORT or HOST:PORT; the other \
      servers, the evaluator and the workers show theirs at the ports that follow (default: nowhere).
      """,
    transform: ListeningPlace.init(parsing:))
  var http: ListeningPlace?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard hosts == nil || threads == nil else {
      throw ValidationError("--threads is for this machine: workers on --hosts share the cores of theirs.")
    }
    guard hosts == nil || http == nil else {
      throw ValidationError("--http is for this machine: ports of processes on --hosts would not be known.")
    }
    if let threads, threads < 1 { throw ValidationError("--threads must be positive, it is \(threads).") }
    try settings.validate(isResuming: resume)
  }

  func run() throws {
    try reportingErrors {
      let path = URL(filePath: runFolder).standardizedFileURL.path
      let hosts = try hosts.map { try ClusterHost.list(at: $0) }
      let wasThere = FileManager.default.fileExists(atPath: path)
      let folder = try resume ? RunFolder(opening: path) : newRun(at: path, on: hosts)
      let lock = try RunLock(folder)
      let status: RunStatus
      if let hosts, resume, try RunQuestions(of: folder).liveStatus() != nil {
        status = try watchAgain(folder, on: hosts)
      } else {
        if resume { try change(folder) }
        guard !onlyConfigure else {
          return try output.show(folder.settings(), ["\(runFolder)/configuration.json is written"])
        }
        status = try hosts.map { try train(folder, on: $0, keepsFolder: wasThere) } ?? trainHere(folder)
      }
      _ = consume lock
      try output.show(status, [summary(of: status)])
    }
  }

  /// Makes the folder of a new run, unless hosts have no room for it, or its checkpoints are to go where they cannot go.
  private func newRun(at path: String, on hosts: [ClusterHost]?) throws -> RunFolder {
    let settings = try settings.newRun()
    if let hosts { _ = try Placement(hosts: hosts, settings) }
    if let place = settings.checkpoints.place {
      let store = try CheckpointStore(at: place, orFolder: path)
      guard try store.names().isEmpty else {
        throw ClusterError("expected a place for the checkpoints of a new run, there are some in \(store.location)")
      }
    }
    if let taken = try StartingWeights.check(for: settings) {
      FileHandle.standardError.write(Data("antiphon train: \(taken)\n".utf8))
    }
    return try RunFolder(creating: path, settings)
  }

  private func trainHere(_ folder: RunFolder) throws -> RunStatus {
    let stop = StopSignal()
    stop.followSignals()
    return try LocalTraining(folder: folder, threads: threads, pages: http).run(stop: stop)
  }

  /// - Parameter keepsFolder: Whether the folder stays where no host can be reached, and so nothing of a new run is there.
  private func train(_ folder: RunFolder, on hosts: [ClusterHost], keepsFolder: Bool) throws -> RunStatus {
    let settings = try folder.settings()
    var placement = try Placement(hosts: hosts, settings)
    placement.earlierEndings = try folder.endings()
    try Members(folder: folder.members).clear()
    try folder.clearKeeperStates()
    try folder.write(placement)
    do {
      return try watch(folder, placement)
    } catch {
      if !resume, !folder.hasKeepers { try folder.discard(all: !keepsFolder) }
      throw error
    }
  }

  /// Takes the place of a watcher that is gone, while the run goes on.
  private func watchAgain(_ folder: RunFolder, on hosts: [ClusterHost]) throws -> RunStatus {
    guard settings.isEmpty else {
      throw ClusterError("the run in \(runFolder) is being trained: stop it before you change it")
    }
    guard let placement = try folder.placement(), placement.hosts == hosts else {
      throw ClusterError("the run in \(runFolder) is being trained on other hosts than those of --hosts")
    }
    return try watch(folder, placement)
  }

  private func watch(_ folder: RunFolder, _ placement: Placement) throws -> RunStatus {
    let stop = StopSignal()
    stop.followSignals()
    var training = try HostedTraining(of: folder, placement, stop: stop)
    return try training.run()
  }

  /// Makes an earlier run ready to go on, with what is to change changed.
  private func change(_ folder: RunFolder) throws {
    try waitForEarlierServers(of: folder)
    let settings = try settings.changing(folder.settings())
    let step = try demandCheckpoint(in: CheckpointStore(of: folder, settings), of: folder)
    guard step < settings.steps else {
      throw ClusterError(
        "the run in \(runFolder) has done \(step) steps, by its newest checkpoint: ask for more with --steps")
    }
    try folder.forgetPlacement()
    try folder.write(settings)
  }

  /// Names the checkpoints that are damaged, and refuses to begin anew where there should be one.
  ///
  /// - Returns: The step of the newest good one; 0 if the run has not come to its first.
  private func demandCheckpoint(in store: CheckpointStore, of folder: RunFolder) throws -> Int {
    let found = try store.newestGood()
    for refused in found.refused {
      FileHandle.standardError.write(Data("antiphon train: a checkpoint is not used: \(refused)\n".utf8))
    }
    if found.checkpoint == nil { try folder.demandNoCheckpoint(in: store.location) }
    return found.checkpoint?.manifest.step ?? 0
  }

  /// Servers that outlived the 'antiphon train' that started them are making their last checkpoint: the run goes on
  /// from that one.
  private func waitForEarlierServers(of folder: RunFolder) throws {
    let questions = try RunQuestions(of: folder)
    let start = ContinuousClock.now
    while let status = try questions.liveStatus() {
      let waited = ContinuousClock.now - start
      guard waited < .seconds(status.state == .stopping || status.state == .finished ? 90 : 10) else {
        let address = status.processes.first?.address ?? "an unknown address"
        throw ClusterError("the run in \(runFolder) is being trained: its server 0 answers at \(address)")
      }
      Thread.sleep(forTimeInterval: 0.3)
    }
  }

  private func summary(of status: RunStatus) -> String {
    let loss = status.loss.map { String(format: ", loss %.5f", $0) } ?? ""
    let saved = status.lastCheckpointStep.map { "checkpoint of step \($0)" } ?? "no checkpoint"
    let best = status.bestValidation == nil ? "" : " --best"
    let next =
      status.step >= status.steps
      ? "antiphon evaluate \(runFolder)\(best)"
      : "antiphon train --run \(runFolder) --resume\(hosts.map { " --hosts \($0)" } ?? "")"
    return "step \(status.step) of \(status.steps)\(loss), \(saved)\nnext: \(next)"
  }
}
