import ArgumentParser

/// What measures this machine, or these machines, with the real programs.
struct Bench: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Measures how fast the programs are on this machine.",
    subcommands: [
      ServersBenchmark.self, CheckpointsBenchmark.self, Calibrate.self, PlanBenchmark.self, SyntheticWorker.self,
      PlainServer.self, PlainWorker.self,
    ])
}
