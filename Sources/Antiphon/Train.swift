import ArgumentParser
import Checkpoints
import Clusters
import Foundation
import Parameters
import Telemetry
import Tensors

struct Train: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains a network with parameter servers and workers on this machine.",
    discussion: """
      Starts the servers and the workers, watches them, and starts again what dies. Ctrl-C has a last checkpoint made \
      and stops; a second Ctrl-C stops at once, and loses what came after the last checkpoint.

      The run's folder holds everything about the training, so going on needs nothing else; what is given beside \
      --resume changes the run from there on.

      Examples:
        antiphon train --model resnet14-w16 --data dataset/ --servers 2 --workers 2 --run runs/first
        antiphon train --run runs/first --resume --servers 3
      """)

  @Option(name: .customLong("run"), help: "The folder of the run; a new one, unless --resume is given.")
  var runFolder: String

  @Flag(help: "Go on with the run from its newest good checkpoint.")
  var resume = false

  @Flag(help: "Write the run's folder, and start nothing: the two programs are started otherwise.")
  var onlyConfigure = false

  @OptionGroup(title: "What is trained") var settings: TrainingOptions

  @Option(
    help: "Threads with which each worker computes; by default the cores that there are, shared among the workers.")
  var threads: Int?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    if let threads, threads < 1 { throw ValidationError("--threads must be positive, it is \(threads).") }
    try settings.validate(isResuming: resume)
  }

  func run() throws {
    try reportingErrors {
      let folder = try resume ? RunFolder(opening: runFolder) : RunFolder(creating: runFolder, settings.newRun())
      let lock = try RunLock(folder)
      if resume { try change(folder) }
      let settings = try folder.settings()
      guard !onlyConfigure else {
        return try output.show(settings, ["\(runFolder)/configuration.json is written"])
      }
      try folder.endLeftServers()
      try Members(folder: folder.members).clear()
      let cluster = try LocalCluster(
        folder, servers: settings.servers, workers: settings.workers, programs: Self.programs,
        threads: { [threads] workers in threads ?? AvailableCores().share(among: workers) })
      let stop = StopSignal()
      stop.followSignals()
      var watch = try TrainingWatch(of: folder, cluster, stop: stop)
      let status = try watch.run()
      _ = consume lock
      try output.show(status, [summary(of: status)])
    }
  }

  /// Makes an earlier run ready to go on, with what is to change changed.
  private func change(_ folder: RunFolder) throws {
    try waitForEarlierServers(of: folder)
    let settings = try settings.changing(folder.settings())
    if let last = try folder.lastStatus(), last.step >= settings.steps {
      throw ClusterError("the run in \(runFolder) has done \(last.step) steps: ask for more with --steps")
    }
    try demandCheckpoint(in: folder)
    try folder.write(settings)
  }

  /// Names the checkpoints that are damaged, and refuses to begin anew where there should be one.
  private func demandCheckpoint(in folder: RunFolder) throws {
    let found = try CheckpointFolder(folder.checkpoints).newestGood()
    for refused in found.refused {
      FileHandle.standardError.write(Data("antiphon train: a checkpoint is not used: \(refused)\n".utf8))
    }
    if found.checkpoint == nil { try folder.demandNoCheckpoint() }
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
    let next =
      status.step >= status.steps ? "antiphon evaluate \(runFolder)" : "antiphon train --run \(runFolder) --resume"
    return "step \(status.step) of \(status.steps)\(loss), \(saved)\nnext: \(next)"
  }

  /// The folder of this program: the other two are beside it.
  static var programs: String {
    URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent().path
  }
}
