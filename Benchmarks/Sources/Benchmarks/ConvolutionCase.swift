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
  @Flag var allMethods = false

  func run() throws {
    CaseProcess.followParent()
    let shape = ConvolutionShape.networks[model]![layer]
    let convolution = MeasuredConvolution(shape, batch: batch, seed: 1)
    try ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
      // Nobody needs the gradient of data.
      let passes: [ConvolutionPass] = [.forward, shape.channels > 1 ? .gradients : .weightGradient]
      try CaseProcess.tell(
        convolution.methods(all: allMethods).flatMap { method in
          try passes.map { try measured($0, by: method, convolution) }
        })
    }
  }

  private func measured(
    _ pass: ConvolutionPass, by method: ConvolutionMethod, _ convolution: MeasuredConvolution
  ) throws -> MeasuredPass {
    let shape = convolution.shape
    let slow = SlowConvolution(convolution)
    let error = convolution.results(of: pass, by: method).map { slow.relativeError(of: $1, $0, seed: 3) }.max()!
    guard error <= Self.largestError else {
      throw BenchmarkError(
        "expected \(pass.rawValue) of \(shape.name) by \(method) within \(Self.largestError) of its definition, but it is off by \(error)"
      )
    }
    let times = RepeatedTimes(seconds: seconds) { _ = convolution.results(of: pass, by: method) }
    let operations = 2e-9 * Double(batch * shape.multiplies * pass.multiples)
    return MeasuredPass(
      name: "\(model)-\(shape.name.replacing(" ", with: "-"))-\(pass.rawValue)-batch\(batch)-threads\(threads)",
      model: model, layer: shape.name, times: shape.times, method: "\(method)", pass: pass, batch: batch,
      threads: threads, seconds: times.median, gigaflopsPerSecond: operations / times.median,
      examplesPerSecond: Double(batch) / times.median, relativeError: error, peakBytes: try PeakMemory.bytes())
  }
}
