/// How scenes are composed, as the user sets it and as `scenes.json` states it.
public struct SceneSettings: Codable, Equatable, Sendable {
  /// The number of scenes of each part.
  public var scenes: [Split: Int] = [.train: 2500, .validation: 300, .evaluation: 500]
  /// The length of a scene.
  public var seconds = 10.0
  /// Decides the division of the recordings, and every scene.
  public var seed: UInt64 = 0
  /// Labels with fewer recordings than this are left out: each part needs at least one.
  public var minimumFiles = 4
  /// How the recordings are shared out among the parts.
  public var division = SplitRatio(train: 60, validation: 20, evaluation: 20)
  /// The number of events of a scene.
  public var events = 1...3
  /// The level of an event over `referenceDecibels`.
  public var levelDecibels: ClosedRange<Float> = -20...0
  /// What the loudest 100 ms of an event of level 0 have, as a root mean square relative to full scale.
  public var referenceDecibels: Float = -16
  /// White noise under everything, so that digital silence is the mark of no label; relative to full scale.
  public var noiseDecibels: ClosedRange<Float> = -70 ... -55
  /// What no sample exceeds; a scene that would is made quieter as a whole.
  public var peak: Float = 0.98
  /// Samples a second.
  public var sampleRate = 16_000

  public init() {}

  /// Samples of a scene.
  public var sceneLength: Int { Int((seconds * Double(sampleRate)).rounded()) }
  /// Samples of the longest event, half a scene; what is longer is cut to a piece.
  public var longestEvent: Int { sceneLength / 2 }
  /// Samples that an event lasts which is made of a short recording, again and again, as steps and keys are heard.
  public var shortEvents: ClosedRange<Int> { sceneLength / 5...longestEvent }
  /// Samples between two times: 50 to 500 ms.
  public var pauses: ClosedRange<Int> { sampleRate / 20...sampleRate / 2 }
  /// Samples of the windows in which loudness is measured: 100 ms.
  public var windowLength: Int { sampleRate / 10 }
  /// The parts that have scenes.
  public var parts: [Split] { Split.allCases.filter { scenes[$0, default: 0] > 0 } }

  /// The rule in words.
  public var rule: [String] {
    [
      "Recordings with the same samples are one recording, with the labels of all.",
      "Labels with fewer than \(minimumFiles) recordings are left out, and recordings that have no other label.",
      "The recordings are divided among the parts, so that each part has each label, before scenes are composed.",
      "The first label of scene n is the n-th of a shuffled list of all, over and over; the others are drawn evenly.",
      "An event is a recording of the drawn label, drawn evenly; a scene has it once.",
      "What is longer than half a scene is cut to a piece around one of its loud moments.",
      "What is shorter than a drawn length of a fifth to half a scene is repeated, with pauses of 50 to 500 ms, to fill it.",
      "Onset and level are drawn evenly; an event lies wholly in its scene, and may overlap others.",
      "A scene has all the labels of all its recordings.",
    ]
  }

  /// In what these settings differ from others, in words.
  func differences(from other: SceneSettings) -> [String] {
    var result = Split.allCases.compactMap { split in
      let (before, now) = (other.scenes[split, default: 0], scenes[split, default: 0])
      return before == now ? nil : "\(split.rawValue) scenes \(before), now \(now)"
    }
    if seconds != other.seconds { result.append("seconds \(other.seconds), now \(seconds)") }
    if seed != other.seed { result.append("seed \(other.seed), now \(seed)") }
    if minimumFiles != other.minimumFiles {
      result.append("minimum files \(other.minimumFiles), now \(minimumFiles)")
    }
    return result.isEmpty && self != other ? ["another rule"] : result
  }
}
