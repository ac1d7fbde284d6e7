import ArgumentParser
import Clusters
import Foundation
import Telemetry
import Wire

struct Stop: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Stops a run: the workers leave, and a last checkpoint is made.",
    discussion: """
      Returns when the run has ended. It goes on with 'antiphon train --run RUN --resume', with any number of servers.

      Example: antiphon stop runs/first
      """)

  @Argument(help: .init("The folder of the run.", valueName: "run"))
  var runFolder: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    try reportingErrors {
      let folder = try RunFolder(opening: runFolder)
      let questions = try RunQuestions(of: folder)
      // A server 0 that dies before it has answered may have heard it, or not; the one that comes in its place has not.
      while try !isTold(questions, folder) { Thread.sleep(forTimeInterval: 0.2) }
      while true {
        if let status = try questions.liveStatus() {
          if status.state == .running || status.state == .waiting { try? questions.tell(.stop) }
        } else if try !mayComeBack(folder) {
          break
        }
        Thread.sleep(forTimeInterval: 0.2)
      }
      let status = try questions.status()
      let saved = status.lastCheckpointStep.map { "the last checkpoint is of step \($0)" } ?? "there is no checkpoint"
      let text = "stopped at step \(status.step) of \(status.steps); \(saved)"
      guard status.lastCheckpointStep == status.step else { throw ClusterError(text, mayPass: true) }
      try output.show(status, [text])
    }
  }

  /// Whether server 0 has heard that the run is to end; `false` where there is none, and one may come.
  private func isTold(_ questions: RunQuestions, _ folder: RunFolder) throws -> Bool {
    do {
      try questions.tell(.stop)
      return true
    } catch let error as ClusterError where error.mayPass {
      guard try mayComeBack(folder) else { throw error }
      return false
    }
  }

  /// Whether a server 0 that is silent may be started again: it did not end well, and the run is watched.
  private func mayComeBack(_ folder: RunFolder) throws -> Bool {
    try Members(folder: folder.members).first() != nil && folder.isWatched
  }
}
