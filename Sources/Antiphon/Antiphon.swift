import ArgumentParser
import Tensors

@main
struct Antiphon: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "antiphon",
    abstract: "Trains audio networks on clusters of ordinary machines: from sound files to scores.",
    subcommands: [
      Prepare.self, Train.self, Status.self, Scale.self, Stop.self, HostCommand.self, Dashboard.self, Evaluate.self,
      Report.self, Experiment.self, Embed.self, SmokeTest.self, Caption.self, Serve.self, Scenes.self, ModelList.self,
      Keys.self,
      Plan.self, Doctor.self, Bench.self,
    ])

  static func main() {
    LinearAlgebraLibrary.demandFittingKernel()
    main(nil)
  }
}
