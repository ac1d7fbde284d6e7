import Audio
import Foundation
import Tensors
import Testing

/// Recordings of three kinds of sound that a small network tells apart, prepared by the real program.
enum SmallDataset {
  /// - Parameter low: What the low tone is called.
  /// - Returns: The dataset's folder.
  static func prepare(
    in scratch: Scratch, into name: String = "dataset", clips: Int = 60, low: String = "low"
  ) async throws -> String {
    try record(clips, low: low, in: scratch)
    let ending = try await start(in: scratch, into: name).end(within: 60)
    try #require(ending.code == 0, "\(ending.errors)")
    return scratch.path(name)
  }

  /// Starts to prepare what was recorded.
  static func start(in scratch: Scratch, into name: String) throws -> Programs.Running {
    try Programs.start(
      "antiphon",
      [
        "prepare", scratch.path("sounds"), "--labels", scratch.path("labels.csv"), "--into", scratch.path(name),
        "--clips-per-shard", "6",
      ], in: scratch)
  }

  private static func record(_ clips: Int, low: String, in scratch: Scratch) throws {
    let sounds = scratch.path("sounds")
    try FileManager.default.createDirectory(atPath: sounds, withIntermediateDirectories: true)
    var rows = ["path,labels"]
    for index in 0..<clips {
      let kind = kind(index)
      try writeSound(index < waves.count ? waves[index] : wave(index), to: "\(sounds)/\(kind)-\(index).wav")
      rows.append("\(kind)-\(index).wav,\(kind == "low" ? low : kind)")
    }
    _ = try scratch.write(rows.joined(separator: "\n") + "\n", to: "labels.csv")
  }

  private static func kind(_ number: Int) -> String { ["low", "high", "noise"][number % 3] }

  /// The first recordings, which nearly every test wants: made once, for that takes seconds.
  private static let waves = (0..<60).map(wave)

  /// Three seconds at 16 kHz.
  private static func wave(_ number: Int) -> [Float] {
    let kind = kind(number)
    var generator = SeededGenerator(seed: UInt64(number))
    let hertz = (kind == "low" ? 200 : 3000) * (1 + Double(number % 60) / 300)
    return (0..<48_000).map { sample in
      let noise = Float.random(in: -0.1...0.1, using: &generator)
      if kind == "noise" { return noise * 5 }
      return 0.3 * Float(sin(2 * .pi * hertz * Double(sample) / 16_000)) + 0.02 * noise
    }
  }
}
