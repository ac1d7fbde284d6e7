import Datasets
import Testing

@Suite struct `Recordings for scenes` {
  private let vocabulary = Vocabulary(names: ["bell", "dog", "noise", "rain"])

  /// A recording whose samples follow from a number.
  private func recording(_ name: String, _ labels: [Int], sound: Int) -> Recording {
    Recording(name: name, labels: labels, samples: [0.5, Float(sound), 0.25], windowLength: 2)
  }

  private func recordings(_ heard: [Recording], minimumFiles: Int) throws -> SceneRecordings {
    try SceneRecordings(heard, folder: "sounds", vocabulary: vocabulary, minimumFiles: minimumFiles)
  }

  @Test func `that are the same are one, with the labels of all`() throws {
    let heard = [
      recording("c.wav", [3], sound: 1), recording("a.wav", [0], sound: 1), recording("b.wav", [2], sound: 2),
      recording("d.wav", [0, 1], sound: 1),
    ]
    let kept = try recordings(heard, minimumFiles: 1)
    #expect(kept.recordings.map(\.name) == ["a.wav", "b.wav"])
    #expect(kept.recordings.map(\.labels) == [[0, 1, 3], [2]])
    #expect(kept.skipped.map(\.path) == ["c.wav", "d.wav"])
    #expect(kept.skipped.allSatisfy { $0.kind == .copy && $0.reason == "the same recording as a.wav" })
  }

  @Test func `that differ in one sample, or in length only, are different`() throws {
    let samples: [Float] = [0.5, -0.25, 0, 0]
    var changed = samples
    changed[1].negate()
    let heard = [samples, changed, samples.dropLast()].enumerated().map { index, samples in
      Recording(name: "\(index).wav", labels: [0], samples: Array(samples), windowLength: 2)
    }
    #expect(try recordings(heard, minimumFiles: 1).recordings.count == 3)
  }

  @Test func `keep only labels that have enough of them, copies not counted`() throws {
    let heard = [
      recording("1.wav", [1], sound: 1), recording("2.wav", [1, 3], sound: 2), recording("3.wav", [1, 2], sound: 3),
      recording("4.wav", [2], sound: 4), recording("5.wav", [2], sound: 4), recording("6.wav", [3], sound: 5),
      recording("7.wav", [0, 3], sound: 6),
    ]
    let kept = try recordings(heard, minimumFiles: 3)
    #expect(kept.vocabulary.labels.map(\.name) == ["dog", "rain"])
    #expect(kept.recordings.map(\.name) == ["1.wav", "2.wav", "3.wav", "6.wav", "7.wav"])
    #expect(kept.recordings.map(\.labels) == [[0], [0, 1], [0], [1], [1]])
    #expect(kept.skipped.map(\.path) == ["4.wav", "5.wav"])
    #expect(kept.skipped.map(\.kind) == [.rare, .copy])
    #expect(kept.skipped[0].reason == "fewer than 3 recordings are noise")
  }

  @Test func `of too few each are an error`() {
    let error = message { _ = try recordings([recording("1.wav", [1], sound: 1)], minimumFiles: 2) }
    #expect(
      error == "nothing to prepare in sounds: none of 4 labels has 2 different recordings that can be decoded")
  }

  @Test func `know how loud they are, and where`() {
    let samples: [Float] = [0.1, 0.1, 0.5, -0.5, 0, 0, 0.2, -0.2, 0.4]
    let recording = Recording(name: "a.wav", labels: [0], samples: samples, windowLength: 2)
    #expect(abs(recording.loudness - 0.5) < 1e-6)
    #expect(recording.loudWindows == [2, 6, 8], "0.2 is 8 dB below, 0.4 over half a window 5 dB, 0.1 14 dB")
  }
}
