import ArgumentParser
import BareLoops
import Foundation
import Parameters
import Tensors

struct AdamOnServers: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adam",
    abstract: "Times a server's Adam on gradients that are there, beside a bare loop in C.",
    discussion: """
      The server's chunks take a gradient each, with all that a push needs (who pushed, how stale, once only); the loop has \
      its arrays whole, on huge pages too. Both run on one core, in turn, and must come to the same weights.

      Example: Benchmarks/run adam --megabytes 120
      """)

  @Option(help: "The size of the weights; Adam's moments are as large again, each.")
  var megabytes = 120

  @Option(help: "How often each is done, after two times that are not measured; the median counts.")
  var rounds = 31

  @OptionGroup var output: OutputOptions

  private struct Case: Encodable {
    let `case`: String
    /// Weights that are updated in a second.
    let weightsPerSecond: Double
    let bareWeightsPerSecond: Double
    let ratioToBare: Double
    let peakBytes: Int

    enum CodingKeys: String, CodingKey {
      case `case`
      case weightsPerSecond = "weights_per_second"
      case bareWeightsPerSecond = "bare_weights_per_second"
      case ratioToBare = "ratio_to_bare"
      case peakBytes = "peak_bytes"
    }
  }

  func validate() throws {
    guard megabytes > 0, rounds > 0 else {
      throw ValidationError("--megabytes and --rounds must be positive, they are \(megabytes) and \(rounds).")
    }
  }

  func run() throws {
    var server = ServerChunks(values: megabytes * 250_000)
    var bare = BareArrays(server.gradients)
    let clock = ContinuousClock()
    var pairs: [(server: Double, bare: Double)] = []
    for step in 1...rounds + 2 {
      let ours = clock.measure { server.push(step: step) } / .seconds(1)
      let theirs = clock.measure { bare.update(step: step) } / .seconds(1)
      if step > 2 { pairs.append((ours, theirs)) }
    }
    try server.check(against: bare.weights)
    func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    let count = Double(bare.count)
    let result = Case(
      case: "adam-\(megabytes)mb", weightsPerSecond: count / median(pairs.map(\.server)),
      bareWeightsPerSecond: count / median(pairs.map(\.bare)),
      ratioToBare: median(pairs.map { $0.bare / $0.server }), peakBytes: try PeakMemory.bytes())
    let table = Table([("MB", 6), ("ours, 10^6/s", 12), ("bare, 10^6/s", 12), ("ratio", 5)])
    let rates = [result.weightsPerSecond, result.bareWeightsPerSecond].map { String(format: "%.0f", $0 / 1e6) }
    output.show(table.heading)
    output.show(table.row(["\(megabytes)"] + rates + [String(format: "%.2f", result.ratioToBare)]))
    try output.finish("adam", [result])
  }
}

/// The rate of all updates.
private let learningRate: Float = 0.001

/// What one server holds of a model that is one large matrix, and a gradient for each of its chunks.
private struct ServerChunks {
  private var store: ParameterStore
  /// By chunk.
  let gradients: [Tensor]

  init(values: Int) {
    let manifest = Manifest([.init(name: "weights", shape: [values / 1000, 1000], kind: .weight)])
    let settings = RunSettings(
      run: 1, model: "", classes: 1, vocabularyDigest: "", dataset: "", trainingShards: 1, seed: 1, batch: 1, steps: 1,
      learningRate: LearningRateSchedule(learningRate), servers: 1, workers: 1)
    store = ParameterStore(manifest, owned: manifest.chunks.indices, settings: settings, optimizer: Adam()) { chunk in
      let count = manifest.chunks[chunk].count
      return ChunkState(values: Tensor([count]), slots: [Tensor([count]), Tensor([count])])
    }
    var random = SeededGenerator(seed: 1)
    gradients = manifest.chunks.map { chunk in
      Tensor([chunk.count]) { random.normal($0, deviation: 0.01) }
    }
  }

  mutating func push(step: Int) {
    for (chunk, gradient) in gradients.enumerated() {
      let name = ChunkState.Applied(incarnation: 1, clock: UInt64(step))
      _ = store.push([PushedGradient(name: name, basedOn: step - 1, values: gradient)], chunk: chunk)
    }
  }

  func check(against weights: Span<Float>) throws {
    var first = 0
    for chunk in store.owned {
      let values = store[chunk].values.values
      for index in values.indices {
        let (ours, bare) = (values[index], weights[first + index])
        guard abs(ours - bare) <= 1e-5 * max(abs(bare), learningRate) else {
          throw BenchmarkError(
            "weight \(first + index) expected to be \(bare), as the bare loop has it, but is \(ours)")
        }
      }
      first += values.count
    }
  }
}

/// The same gradients in one piece, with their weights and moments.
private struct BareArrays {
  let count: Int
  /// Weights, both moments and gradients, one after the other.
  private var arrays: Tensor

  init(_ pieces: [Tensor]) {
    let count = pieces.reduce(0) { $0 + $1.count }
    self.count = count
    arrays = Tensor([4 * count])
    var target = arrays.mutableValues
    var first = 3 * count
    for piece in pieces {
      for index in piece.values.indices { target[first + index] = piece.values[index] }
      first += piece.count
    }
  }

  var weights: Span<Float> {
    @_lifetime(borrow self)
    get { arrays.values.extracting(0..<count) }
  }

  mutating func update(step: Int) {
    let correction = sqrt(1 - pow(0.999, Double(step))) / (1 - pow(0.9, Double(step)))
    let rate = Float(Double(learningRate) * correction)
    let count = count
    var values = arrays.mutableValues
    unsafe values.withUnsafeMutableBufferPointer { buffer in
      guard let base = buffer.baseAddress else { return }
      unsafe bare_adam(base, base + count, base + 2 * count, base + 3 * count, count, rate)
    }
  }
}
