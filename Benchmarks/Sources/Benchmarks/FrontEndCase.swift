import ArgumentParser
import Audio
import BareLoops
import Foundation

/// One round of `front-end`, in the process that was started for it: our front end and a bare loop in C over FFTW, in turn.
struct FrontEndCase: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "front-end-case", shouldDisplay: false)

  @Option var seconds: Int
  @Option var repetitions: Int
  /// Where the samples go, for others.
  @Option var into: String?

  private struct Result: Encodable {
    /// How much sound the patches hold.
    let soundSeconds: Double
    /// CPU time, of each repetition.
    let seconds: [Double]
    let bareSeconds: [Double]
    let largestDifference: Float
    let peakBytes: Int

    enum CodingKeys: String, CodingKey {
      case soundSeconds = "sound_seconds"
      case seconds
      case bareSeconds = "bare_seconds"
      case largestDifference = "largest_difference"
      case peakBytes = "peak_bytes"
    }
  }

  func run() throws {
    CaseProcess.followParent()
    let settings = FrontEndSettings()
    let samples = Self.sound(count: seconds * settings.sampleRate)
    if let into { try unsafe samples.withUnsafeBytes { unsafe try Data($0).write(to: URL(filePath: into)) } }
    let patches = (samples.count - settings.samplesPerPatch) / settings.samplesPerPatchHop + 1
    let frames = patches * settings.framesPerPatch
    var ours = [Float](repeating: 0, count: patches * settings.valuesPerPatch)
    var bare = ours
    var stream = LogMelStream(settings)
    var times: [(ours: Double, bare: Double)] = []
    for _ in 0..<repetitions + 2 {
      let start = CPUTime.seconds
      Self.fill(&ours, from: samples, by: &stream)
      let between = CPUTime.seconds
      guard unsafe bare_log_mel(&bare, samples, frames) != 0 else { throw BenchmarkError("FFTW has no plan") }
      times.append((between - start, CPUTime.seconds - between))
    }
    let largest = zip(ours, bare).lazy.map { abs($0 - $1) }.max() ?? .infinity
    guard largest < 1e-3 else {
      throw BenchmarkError("expected the values of the loop in C to 1e-3, and found a difference of \(largest)")
    }
    try CaseProcess.tell(
      Result(
        soundSeconds: Double(frames) * settings.hopSeconds, seconds: times.dropFirst(2).map(\.ours),
        bareSeconds: times.dropFirst(2).map(\.bare), largestDifference: largest, peakBytes: try PeakMemory.bytes()))
  }

  private static func fill(_ values: inout [Float], from samples: [Float], by stream: inout LogMelStream) {
    stream.reset()
    values.removeAll(keepingCapacity: true)
    stream.append(samples.span) { patch in
      unsafe patch.withUnsafeBufferPointer { unsafe values.append(contentsOf: $0) }
    }
  }

  /// A tone in noise, the same each time.
  private static func sound(count: Int) -> [Float] {
    var state: UInt32 = 1
    return (0..<count).map { index in
      state = state &* 1_664_525 &+ 1_013_904_223
      let noise = Double(Int32(bitPattern: state)) / 0x1p31
      return Float(0.6 * sin(2 * .pi * 1000 * Double(index) / 16_000) + 0.3 * noise)
    }
  }
}
