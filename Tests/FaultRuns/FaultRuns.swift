import ArgumentParser

@main
struct FaultRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "The long forms of what Tests/FaultsTests does in seconds.",
    subcommands: [Fuzz.self, LongRuns.self, SteppingWorkerCommand.self, SummingRun.self, Judgement.self])
}
