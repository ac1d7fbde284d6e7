import ArgumentParser
import Clusters
import Foundation
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

  @Argument(help: .init("The folder of the run.", valueName: "run"))
  var runFolder: String

  @Option(help: "How many workers there are to be.")
  var workers: UInt32

  @OptionGroup var output: OutputOptions

  func run() throws {
    try reportingErrors {
      try RunQuestions(of: RunFolder(opening: runFolder)).tell(.scale(workers: workers))
      try output.show(
        ["desired_workers": workers], ["the run is to have \(workers) worker\(workers == 1 ? "" : "s")"])
    }
  }
}
