import Audio
import Models
import Tensors
import Training

/// What a network says of a recording, window after window, as its samples come.
struct SoundScores: ~Copyable {
  /// What was heard in a window.
  struct Window {
    /// For each label, 0...1.
    let scores: [Float]
    /// `[framesPerHop, bands]`: the log-mel values up to where the next window begins.
    let frames: ArraySlice<Float>
  }

  /// Windows that are computed at once.
  private static let batch = 64

  private var scorer: ClipScorer
  private var stream: LogMelStream
  private var pending: [Float] = []
  private var samples = 0
  private var windows = 0
  private let most: Int
  private let framesPerHop: Int

  /// - Parameter isLive: Whether windows are computed as soon as they are whole, and not many at once.
  init(_ network: Network, _ settings: FrontEndSettings, isLive: Bool = false) {
    most = isLive ? 1 : Self.batch
    scorer = ClipScorer(network, batch: Self.batch)
    framesPerHop = Self.framesPerHop(settings)
    stream = LogMelStream(settings, framesPerHop: framesPerHop)
  }

  /// From one window to the next, in frames of the front end: half a patch, so that beginnings are met more closely.
  private static func framesPerHop(_ settings: FrontEndSettings) -> Int { settings.framesPerPatch / 2 }
  /// In seconds.
  static func hop(_ settings: FrontEndSettings) -> Double { Double(framesPerHop(settings)) * settings.hopSeconds }
  static func window(_ settings: FrontEndSettings) -> Double {
    Double(settings.samplesPerPatch) / Double(settings.sampleRate)
  }

  /// The seconds that were heard.
  var seconds: Double { Double(samples) / Double(stream.settings.sampleRate) }

  /// Hears the next samples.
  ///
  /// - Returns: The windows that were computed.
  mutating func add(_ block: [Float]) -> [Window] {
    samples += block.count
    stream.append(block.span) { patch in for index in patch.indices { pending.append(patch[index]) } }
    return pending.count >= most * stream.settings.valuesPerPatch ? score() : []
  }

  /// Ends the recording.
  ///
  /// - Returns: The windows that were not computed yet.
  mutating func finish() -> [Window] {
    if samples > 0, windows == 0, pending.isEmpty {
      // What is shorter than a window is heard with silence behind it.
      stream.append(Array(repeating: 0, count: stream.settings.samplesPerPatch).span) { patch in
        if pending.isEmpty { for index in patch.indices { pending.append(patch[index]) } }
      }
    }
    return score()
  }

  private mutating func score() -> [Window] {
    let size = stream.settings.valuesPerPatch
    let patches = pending
    let count = patches.count / size
    guard count > 0 else { return [] }
    pending.removeAll(keepingCapacity: true)
    let shape = [count, stream.settings.framesPerPatch, stream.settings.bands, 1]
    let outputs = scorer.outputs(ofPatches: Tensor(shape, values: patches))
    let classes = outputs.shape[1]
    let values = outputs.values
    windows += count
    let heard = framesPerHop * stream.settings.bands
    return (0..<count).map { row in
      Window(
        scores: (0..<classes).map { values[row * classes + $0] }, frames: patches[row * size..<row * size + heard])
    }
  }
}
