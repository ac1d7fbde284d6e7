import ArgumentParser
import Clusters
import Faults

/// The folder of a run that others start and stop, with `worker` of this program in the place of the real one.
struct SummingRun: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "configure", abstract: "Makes the folder of a run whose sums are known.")

  @Option(name: .customLong("run"), help: "The folder, which is not there yet.")
  var runFolder: String

  @Option(help: "Parameter servers.")
  var servers = 2

  @Option(help: "Workers.")
  var workers = 2

  @Option(help: "Global steps after which the run ends.")
  var steps: Int

  func run() throws {
    let settings = BedPlan.settings(servers: servers, workers: workers, steps: steps)
    _ = try RunFolder(creating: runFolder, settings)
  }
}

struct Judgement: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "judge", abstract: "Holds the last checkpoint of such a run against the sums.")

  @Option(name: .customLong("run"), help: "The folder of the run.")
  var runFolder: String

  @Flag(help: "Servers were killed: what they had applied since a checkpoint is lost, and nothing twice.")
  var afterRestores = false

  func run() throws {
    try RunJudge(RunFolder(opening: runFolder)).check(afterRestores ? .exactSumWithoutRestores : .exactSum)
    print("the sums are exact")
  }
}
