import ArgumentParser
import Audio
import Embeddings
import Foundation
import Tensors

/// `antiphon smoke-test`: whether VGGish's released values give what they should here.
struct SmokeTest: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Compares a converted VGGish with what its release says of a sine of 1 kHz (vggish_smoke_test.py).",
    discussion: """
      Docs/convert_vggish.py makes vggish.safetensors of vggish_model.ckpt. Each figure may differ by a tenth, as in the \
      release; the exit code tells whether all do not differ by more.

      Example: antiphon smoke-test --model vggish.safetensors --pca vggish_pca_params.npz
      """)

  @Option(help: "The converted VGGish.")
  var model: String

  @Option(help: "VGGish's vggish_pca_params.npz.")
  var pca: String

  @OptionGroup var output: OutputOptions

  func run() throws {
    try reportingErrors {
      var embedder = try Embedder(named: model) { _ in }
      let postprocessor = try Postprocessor(reading: pca, of: embedder)
      let embeddings = embedder.embeddings(of: Self.sine)
      let values = embeddings.values
      let bytes = postprocessor.bytes(of: embeddings)
      let result = SmokeTestResult(embeddings: values.indices.map { Double(values[$0]) }, bytes: bytes.map(Double.init))
      try output.show(result, result.lines)
      guard result.passed else { throw ExitCode.failure }
    }
  }

  /// The patches of three seconds at 1 kHz, `[3, 96, 64, 1]`.
  private static var sine: Tensor {
    let wave = (0..<48_000).map { Float(sin(2 * .pi * 1000 * Double($0) / 16_000)) }
    var patches: [Float] = []
    var stream = LogMelStream()
    stream.append(wave.span) { patch in for index in patch.indices { patches.append(patch[index]) } }
    return Tensor([3, stream.settings.framesPerPatch, stream.settings.bands, 1], values: patches)
  }
}

/// What came, and what the release says.
struct SmokeTestResult: Encodable {
  struct Figure: Encodable {
    let name: String
    let expected: Double
    let found: Double
    /// As in numpy's `assert_allclose` with a relative tolerance of 0.1.
    var passed: Bool { abs(found - expected) <= 0.1 * abs(expected) }
  }

  let figures: [Figure]
  let passed: Bool

  init(embeddings: [Double], bytes: [Double]) {
    figures = [
      Figure(name: "embedding mean", expected: 0.000657, found: embeddings.mean),
      Figure(name: "embedding deviation", expected: 0.343, found: embeddings.deviation),
      Figure(name: "bytes mean", expected: 126, found: bytes.mean),
      Figure(name: "bytes deviation", expected: 89.3, found: bytes.deviation),
    ]
    passed = figures.allSatisfy(\.passed)
  }

  var lines: [String] {
    figures.map { figure in
      let name = figure.name.padding(toLength: 20, withPad: " ", startingAt: 0)
      let numbers = String(format: "%10.6f, expected %10.6f", figure.found, figure.expected)
      return "\(name) \(numbers)  \(figure.passed ? "ok" : "differs by more than a tenth")"
    }
  }
}

extension [Double] {
  fileprivate var mean: Double { reduce(0, +) / Double(count) }

  fileprivate var deviation: Double {
    let mean = mean
    return (reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(count)).squareRoot()
  }
}
