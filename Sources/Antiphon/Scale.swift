import ArgumentParser
import Clusters
import Foundation
import Parameters
import Telemetry
import Wire

struct Scale: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Changes the number of workers of a run that is being trained.",
    discussion: """
      More are started, or the last ones finish or abandon their mini-batch and leave; nobody else waits. The run keeps \
      the number when it is resumed. A 'sync' run needs as many workers as it was begun with: fewer \
      are refused, and more stand by to replace one that is lost. Unless the run was started with --threads, each one \
      that is started gets its share of the cores by the new number; those that run keep theirs.

      Example: antiphon scale runs/first --workers 4
      """)

  /// How long is looked at whether somebody follows.
  private static let patienceSeconds = 10.0

  @Argument(help: .init("The folder of the run.", valueName: "run"))
  var runFolder: String

  // Unconditional: -2 is a number that is too small, not a flag.
  @Option(parsing: .unconditional, help: "How many workers there are to be, at least 1.")
  var workers: Int

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard workers > 0 else {
      throw ValidationError("--workers must be 1 or more, it is \(workers); to end a run: antiphon stop.")
    }
    guard workers <= RunSettings.mostWorkers else {
      throw ValidationError("--workers must be at most \(RunSettings.mostWorkers), it is \(workers).")
    }
  }

  func run() throws {
    try reportingErrors {
      let folder = try RunFolder(opening: runFolder)
      let questions = try RunQuestions(of: folder)
      try demandRoom(in: folder, questions)
      try questions.tell(.scale(workers: UInt32(workers)))
      let running = try workersInTheEnd(of: questions)
      var lines = ["the run is to have \(workers) worker\(workers == 1 ? "" : "s")"]
      if let running, running != workers {
        lines.append(
          "\(running) run after \(Int(Self.patienceSeconds)) s: what starts workers here may be slow, have no room for "
            + "more, or not follow that number")
      }
      try output.show(["desired_workers": workers, "running_workers": running], lines)
    }
  }

  /// On hosts of ssh, workers are started and ended only by who watches the run, and only where there are slots.
  private func demandRoom(in folder: RunFolder, _ questions: RunQuestions) throws {
    guard let placement = try folder.placement() else { return }
    guard workers <= placement.slots else {
      throw ClusterError("expected at most \(placement.slots) workers, as the run's hosts have slots, \(workers) came")
    }
    guard try folder.isWatched || questions.liveStatus() == nil else {
      throw ClusterError(
        "nobody watches the run in \(runFolder), who would follow that number: first "
          + "'antiphon train --run \(runFolder) --resume --hosts FILE'", mayPass: true)
    }
  }

  /// How many workers run once they are as many as they are to be, or after a while; `nil` where the run has ended.
  private func workersInTheEnd(of questions: RunQuestions) throws -> Int? {
    let deadline = ContinuousClock.now + .seconds(Self.patienceSeconds)
    while let status = try questions.liveStatus(), status.state == .running || status.state == .waiting {
      let running = status.processes.count { $0.role == .worker && $0.state == .running }
      if running == workers || ContinuousClock.now > deadline { return running }
      Thread.sleep(forTimeInterval: 0.2)
    }
    return nil
  }
}
