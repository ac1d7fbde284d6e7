import ArgumentParser
import Datasets
import Foundation
import Parameters
import Tensors
import Training

struct Reading: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "reading",
    abstract: "Times how a worker draws mini-batches from a dataset's shards, on one thread.",
    discussion: """
      'uniform' reads whole shards into a pool, 'balanced' single clips, after it has made an index of them. Files that were \
      read before are in memory, so it is what processors take, and not disks.

      Example: Benchmarks/run reading dataset/
      """)

  @Argument(help: "The folder of a dataset with a training part.")
  var dataset: String

  @Option(help: "Patches in a mini-batch.")
  var batch = 128

  @Option(help: "Patches among which 'uniform' draws.")
  var pool = 8192

  @Option(help: "Mini-batches in a round.")
  var batches = 200

  @Option(help: "How often each is done, in turn; the median counts.")
  var rounds = 7

  @OptionGroup var output: OutputOptions

  private struct Case: Encodable {
    let `case`: String
    /// In a second of CPU time; of `index` they are clips.
    let examplesPerSecond: Double
    let peakBytes: Int

    enum CodingKeys: String, CodingKey {
      case `case`
      case examplesPerSecond = "examples_per_second"
      case peakBytes = "peak_bytes"
    }
  }

  func validate() throws {
    guard batch > 0, pool > 0, batches > 0, rounds > 0 else {
      throw ValidationError("--batch, --pool, --batches and --rounds must be positive.")
    }
  }

  func run() throws {
    let dataset = try Dataset(opening: dataset)
    let shards = dataset.shards(of: .train)
    guard shards.contains(where: { $0.patches > 0 }) else {
      throw BenchmarkError("expected patches to train on, \(dataset.folder) has none in its training part")
    }
    let client = LeasingClient(shards: shards.count)
    var sources: [(name: String, source: any PatchSource)] = [
      ("uniform", LeasedPatches(dataset, capacity: pool, seed: 1)), ("balanced", try BalancedPatches(dataset, seed: 1)),
    ]
    for index in sources.indices {  // the pool is filled, and the files are in memory
      try check(sources[index].source.draw(batch, atStep: 0, leasing: client), of: dataset)
      try draw(from: &sources[index].source, client)
    }
    var seconds = sources.map { _ in [Double]() }
    var indexing: [Double] = []
    for _ in 0..<rounds {
      for index in sources.indices {
        seconds[index].append(try time { try draw(from: &sources[index].source, client) })
      }
      indexing.append(try time { _ = try ClipIndex(dataset, of: .train) })
    }
    let clips = shards.reduce(0) { $0 + $1.clips }
    let counts = [batch * batches, batch * batches, clips]
    try show(zip(sources.map(\.name) + ["index"], zip(counts, seconds + [indexing])).map { ($0, $1.0, median($1.1)) })
  }

  private func time(_ body: () throws -> Void) rethrows -> Double {
    let start = CPUTime.seconds
    try body()
    return CPUTime.seconds - start
  }

  private func draw(from source: inout any PatchSource, _ client: LeasingClient) throws {
    for _ in 0..<batches {
      _ = try source.draw(batch, atStep: 0, leasing: client)
      source.collectRead()
    }
  }

  private func check(_ drawn: PatchBatch, of dataset: Dataset) throws {
    let quantization = dataset.description.quantization
    let (values, targets) = (drawn.input.values, drawn.targets.values)
    guard drawn.input.shape[0] == batch,
      values.indices.allSatisfy({ quantization.minimum...quantization.maximum + 1e-4 ~= values[$0] }),
      targets.indices.allSatisfy({ targets[$0] == 0 || targets[$0] == 1 })
    else { throw BenchmarkError("expected \(batch) patches of values that the dataset can have, and labels") }
  }

  private func show(_ results: [(name: String, count: Int, seconds: Double)]) throws {
    let peak = try PeakMemory.bytes()
    let table = Table([("what", 8), ("a second", 9), ("us each", 7), ("ms a mini-batch", 15)])
    output.show(table.heading)
    for (name, count, seconds) in results {
      let each = seconds / Double(count)
      let cells = [String(format: "%.0f", 1 / each), String(format: "%.1f", each * 1e6)]
      output.show(
        table.row([name] + cells + [name == "index" ? "" : String(format: "%.2f", each * 1e3 * Double(batch))]))
    }
    try output.finish(
      "reading",
      results.map { Case(case: $0.name, examplesPerSecond: Double($0.count) / $0.seconds, peakBytes: peak) })
  }

  private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
