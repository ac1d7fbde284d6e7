import ArgumentParser
import Tensors

@main
struct AllBenchmarks: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "Benchmarks/run",
    abstract: "Measures how fast networks are trained and used, and in how much memory.",
    discussion: """
      Beside these, 'Benchmarks/run compare' measures us and PyTorch in turn, and 'Benchmarks/run evaluation' us and \
      scikit-learn, and 'Benchmarks/run front-end' us, FFTW and the front ends of Python. See Benchmarks/README.md.
      """,
    subcommands: [
      TrainingStep.self, Convolutions.self, AdamOnServers.self, PreparationSteps.self, Reading.self,
      TrainingStepCase.self, ConvolutionCase.self, EvaluationCase.self, FrontEndCase.self,
    ])

  static func main() {
    LinearAlgebraLibrary.demandFittingKernel()
    main(nil)
  }
}
