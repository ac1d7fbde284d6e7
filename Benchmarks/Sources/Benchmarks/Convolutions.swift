import ArgumentParser
import Foundation

struct Convolutions: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Times each distinct convolution of the networks: forward, and both gradients.",
    discussion: """
      Each pass is first held against the definition, in double precision, at randomly drawn places; one that is off by \
      more than 1e-5 (root mean square, relative) is an error. GFLOP/s count the definition's operations.

      Example: Benchmarks/run convolutions --models resnet50 --batch 32 --threads 2
      """)

  @Option(help: "Which networks.")
  var models = CommaList("alexnet", "vgg19", "inception", "resnet50")

  @Option(help: "How many images are convolved at once.")
  var batch = 32

  @Option(help: "How many threads compute.")
  var threads = 2

  @Option(help: "How long each pass of a layer is timed, in seconds, after two that are not; three times at least.")
  var seconds = 0.5

  @Flag(help: "Time every method that there is for a layer, and not only the one that networks use.")
  var allMethods = false

  @OptionGroup var output: OutputOptions

  func validate() throws {
    for model in models.elements where ConvolutionShape.networks[model] == nil {
      let known = ConvolutionShape.networks.keys.sorted().joined(separator: ", ")
      throw ValidationError("--models: expected some of \(known), but '\(model)' came.")
    }
    guard batch > 0, threads > 0 else {
      throw ValidationError("--batch and --threads must be positive, they are \(batch) and \(threads).")
    }
    guard seconds >= 0 else { throw ValidationError("--seconds must not be negative, it is \(seconds).") }
  }

  func run() throws {
    var all: [MeasuredPass] = []
    for model in models.elements {
      output.show(Self.table.heading)
      var passes: [MeasuredPass] = []
      for layer in ConvolutionShape.networks[model]!.indices {
        let layer: [MeasuredPass] = try CaseProcess.result(
          of: [
            "convolution-case", "--model", model, "--layer", "\(layer)", "--batch", "\(batch)", "--threads",
            "\(threads)",
            "--seconds", "\(seconds)",
          ] + (allMethods ? ["--all-methods"] : []))
        let methods = layer.reduce(into: [String]()) { if !$0.contains($1.method) { $0.append($1.method) } }
        for method in methods { output.show(Self.row(layer.filter { $0.method == method })) }
        passes += layer.filter { $0.method == methods[0] }
      }
      output.show(Self.sum(passes, named: model) + "\n")
      all += passes
    }
    try output.finish("convolutions", all)
  }

  private static let table = Table(
    [("layer", 24), ("times", 5), ("method", 15)]
      + ["forward", "gradients", "all"].map { ("\($0) ms, GFLOP/s", 16) } + [("error", 7)])

  private static func row(_ layer: [MeasuredPass]) -> String {
    let error = layer.map(\.relativeError).max()!
    return table.row(
      [layer[0].layer, "\(layer[0].times)", layer[0].method] + cells(layer, times: { _ in 1 }) + [
        String(format: "%.1e", error)
      ])
  }

  /// All layers of a network, each as often as the network has it.
  private static func sum(_ passes: [MeasuredPass], named model: String) -> String {
    table.row(["\(model), all", "", ""] + cells(passes, times: \.times))
  }

  private static func cells(_ passes: [MeasuredPass], times: (MeasuredPass) -> Int) -> [String] {
    [passes.filter { $0.pass == .forward }, passes.filter { $0.pass != .forward }, passes].map { passes in
      let seconds = passes.reduce(0) { $0 + Double(times($1)) * $1.seconds }
      let operations = passes.reduce(0) { $0 + Double(times($1)) * $1.seconds * $1.gigaflopsPerSecond }
      return passes.isEmpty ? "-" : String(format: "%.2f %6.0f", 1000 * seconds, operations / seconds)
    }
  }
}
