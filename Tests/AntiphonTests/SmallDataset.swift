import Audio
import Foundation
import Tensors
import Testing

/// Recordings of three kinds of sound that a small network tells apart, prepared by the real program.
enum SmallDataset {
  /// - Returns: The dataset's folder.
  static func prepare(in scratch: Scratch) async throws -> String {
    let sounds = scratch.path("sounds")
    try FileManager.default.createDirectory(atPath: sounds, withIntermediateDirectories: true)
    var rows = ["path,labels"]
    for index in 0..<60 {
      let kind = ["low", "high", "noise"][index % 3]
      try writeSound(wave(kind, number: index), to: "\(sounds)/\(kind)-\(index).wav")
      rows.append("\(kind)-\(index).wav,\(kind)")
    }
    let labels = try scratch.write(rows.joined(separator: "\n") + "\n", to: "labels.csv")
    let dataset = scratch.path("dataset")
    let ending = try await Programs.antiphon(
      "prepare", sounds, "--labels", labels, "--into", dataset, "--clips-per-shard", "6", in: scratch)
    try #require(ending.code == 0, "\(ending.errors)")
    return dataset
  }

  /// Three seconds at 16 kHz.
  private static func wave(_ kind: String, number: Int) -> [Float] {
    var generator = SeededGenerator(seed: UInt64(number))
    let hertz = (kind == "low" ? 200 : 3000) * (1 + Double(number) / 300)
    return (0..<48_000).map { sample in
      let noise = Float.random(in: -0.1...0.1, using: &generator)
      if kind == "noise" { return noise * 5 }
      return 0.3 * Float(sin(2 * .pi * hertz * Double(sample) / 16_000)) + 0.02 * noise
    }
  }
}
