import Audio
import Glibc

/// What the page shows of a recording: its spectrogram, and how likely each label is over time.
struct SoundPicture: Sendable {
  /// Labels that are shown at most: the ones that were likeliest at some time.
  private static let mostLabels = 10

  /// Of what the front end has, low bands first: 0 is silence.
  private var spectrogram: PooledTimeline
  private var scores: PooledTimeline
  private let bands: Int
  private let hopSeconds: Double
  /// Where the part of the first window begins that its score speaks for, as `EventDetector` has it.
  private let scoreBeginSeconds: Double
  private let frameSeconds: Double
  private let silence: Float

  init(labels: Int, _ network: SoundNetwork) {
    let settings = network.frontEnd
    bands = settings.bands
    spectrogram = PooledTimeline(rows: settings.bands)
    scores = PooledTimeline(rows: labels)
    hopSeconds = network.hop
    scoreBeginSeconds = (network.window - network.hop) / 2
    frameSeconds = settings.hopSeconds
    silence = Float(log(settings.logOffset))
  }

  mutating func add(_ window: SoundScores.Window) {
    scores.add(window.scores.map { UInt8((min(max($0, 0), 1) * 255).rounded()) })
    add(frames: window.frames)
  }

  /// - Parameter frames: `[frames, bands]`: log-mel values.
  mutating func add(frames: [Float]) {
    for frame in stride(from: 0, to: frames.count, by: bands) {
      // The loudest sounds are e^4 or so; e^9 of difference are 80 dB.
      spectrogram.add(frames[frame..<frame + bands].map { UInt8(min(max(($0 - silence) / 9 * 255, 0), 255)) })
    }
  }

  /// As the page is told.
  func told(names: [String]) -> Told {
    let peaks = (0..<scores.rows).map { label in (label, peak: scores.row(label).max() ?? 0) }
    let likeliest = peaks.sorted { ($1.peak, $0.0) < ($0.peak, $1.0) }.prefix(Self.mostLabels)
    return Told(
      bands: bands, bandColumns: spectrogram.columns, bandColumnSeconds: frameSeconds * Double(spectrogram.perColumn),
      spectrogram: spectrogram.values, scoreBeginSeconds: scoreBeginSeconds,
      scoreColumnSeconds: hopSeconds * Double(scores.perColumn),
      labels: likeliest.map { .init(label: names[$0.0], scores: scores.row($0.0)) })
  }

  struct Told: Encodable, Sendable {
    struct Label: Encodable, Sendable {
      let label: String
      /// A byte each column: 255 is certain.
      let scores: [UInt8]
    }

    let bands: Int
    let bandColumns: Int
    let bandColumnSeconds: Double
    /// A byte each band, column after column.
    let spectrogram: [UInt8]
    let scoreBeginSeconds: Double
    let scoreColumnSeconds: Double
    let labels: [Label]
  }
}
