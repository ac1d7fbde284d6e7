import ArgumentParser
import Audio
import Datasets
import Foundation

struct PreparationSteps: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "preparation",
    abstract: "Times what 'antiphon prepare' does with sound files, step by step.",
    discussion: """
      Each step is done with all that comes before it, and what it takes itself is the difference: CPU time, of one \
      thread. Then all of it is done by several threads, in the time of day.

      Example: Benchmarks/run preparation sounds/ --threads 1,2
      """)

  @Argument(help: "The folder of sounds, in a folder for each label.")
  var sounds: String

  @Option(help: "How many threads prepare.")
  var threads = CommaList(1, 2)

  @Option(help: "How often each is done, in turn; the median counts.")
  var rounds = 5

  @OptionGroup var output: OutputOptions

  private struct Case: Encodable {
    let `case`: String
    /// Seconds of sound in a second.
    let timesRealTime: Double
    /// Of the CPU time of all steps.
    var share: Double?
    let peakBytes: Int

    enum CodingKeys: String, CodingKey {
      case `case`
      case timesRealTime = "times_real_time"
      case share
      case peakBytes = "peak_bytes"
    }
  }

  func validate() throws {
    guard rounds > 0, threads.elements.allSatisfy({ $0 > 0 }) else {
      throw ValidationError("--rounds and --threads must be positive.")
    }
  }

  func run() throws {
    let sounds = try PreparedSounds(folder: sounds)
    var steps = PreparedSounds.steps.map { _ in [Double]() }
    var wholes = threads.elements.map { _ in [Double]() }
    for _ in 0..<rounds {
      for (index, step) in PreparedSounds.steps.enumerated() {
        let start = CPUTime.seconds
        try step.run(sounds)
        steps[index].append(CPUTime.seconds - start)
      }
      for (index, count) in threads.elements.enumerated() {
        let duration = try ContinuousClock().measure { try sounds.prepare(threads: count) }
        wholes[index].append(duration / .seconds(1))
      }
    }
    try show(try cases(sounds, steps: steps.map(median), wholes: wholes.map(median)))
  }

  private func cases(_ sounds: PreparedSounds, steps: [Double], wholes: [Double]) throws -> [Case] {
    let peak = try PeakMemory.bytes()
    let own = zip(steps, [0] + steps).map { $0 - $1 }
    return zip(PreparedSounds.steps, own).map { step, seconds in
      Case(
        case: step.name, timesRealTime: sounds.seconds / seconds, share: seconds / steps.last!, peakBytes: peak)
    }
      + zip(threads.elements, wholes).map { count, seconds in
        Case(case: "all, threads: \(count)", timesRealTime: sounds.seconds / seconds, peakBytes: peak)
      }
  }

  private func show(_ cases: [Case]) throws {
    let table = Table([("step", 16), ("share", 6), ("x real time", 12)])
    output.show(table.heading)
    for result in cases {
      let share = result.share.map { String(format: "%.1f%%", 100 * $0) } ?? ""
      output.show(table.row([result.case, share, String(format: "%.0f", result.timesRealTime)]))
    }
    try output.finish("preparation", cases)
  }

  private func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
}
