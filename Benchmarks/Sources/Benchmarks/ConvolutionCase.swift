import ArgumentParser
import Tensors

/// All passes of one layer, in the process that was started for it.
struct ConvolutionCase: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "convolution-case", shouldDisplay: false)

  /// The most that a convolution may be off its definition.
  private static let largestError = 1e-5

  @Option var model: String
  @Option var layer: Int
  @Option var batch: Int
  @Option var threads: Int
  @Option var seconds: Double

  func run() throws {
    CaseProcess.followParent()
    let shape = ConvolutionShape.networks[model]![layer]
    let convolution = MeasuredConvolution(shape, batch: batch, seed: 1)
    try ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
      // Nobody needs the gradient of data.
      let passes = ConvolutionPass.allCases.filter { $0 != .inputGradient || shape.channels > 1 }
      try CaseProcess.tell(passes.map { try measured($0, convolution) })
    }
  }

  private func measured(_ pass: ConvolutionPass, _ convolution: MeasuredConvolution) throws -> MeasuredPass {
    let shape = convolution.shape
    let error = SlowConvolution(convolution).relativeError(of: convolution.result(of: pass), pass, seed: 3)
    guard error <= Self.largestError else {
      throw BenchmarkError(
        "expected \(pass.rawValue) of \(shape.name) within \(Self.largestError) of its definition, but it is off by \(error)"
      )
    }
    let times = RepeatedTimes(seconds: seconds) { _ = convolution.result(of: pass) }
    return MeasuredPass(
      name: "\(model)-\(shape.name.replacing(" ", with: "-"))-\(pass.rawValue)-batch\(batch)-threads\(threads)",
      model: model, layer: shape.name, times: shape.times, pass: pass, batch: batch, threads: threads,
      seconds: times.median, gigaflopsPerSecond: 2e-9 * Double(batch * shape.multiplies) / times.median,
      examplesPerSecond: Double(batch) / times.median, relativeError: error, peakBytes: try PeakMemory.bytes())
  }
}
