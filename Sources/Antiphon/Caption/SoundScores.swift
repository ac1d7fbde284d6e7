import Audio
import Models
import Tensors
import Training

/// What a network says of a recording, window after window.
struct SoundScores {
  /// Windows that are computed at once.
  private static let batch = 64

  private var scorer: ClipScorer
  private let settings: FrontEndSettings
  /// From one window to the next, in frames of the front end: half a patch, so that beginnings are met more closely.
  private var framesPerHop: Int { settings.framesPerPatch / 2 }

  init(_ network: Network, _ settings: FrontEndSettings) {
    scorer = ClipScorer(network, batch: Self.batch)
    self.settings = settings
  }

  /// In seconds.
  var hop: Double { Double(framesPerHop) * settings.hopSeconds }
  var window: Double { Double(settings.samplesPerPatch) / Double(settings.sampleRate) }

  /// Hears a file, and tells the scores of each window in turn.
  ///
  /// - Parameter take: Is given a score for each label, 0...1.
  /// - Returns: The length of the recording in seconds.
  mutating func hear(_ path: String, take: ([Float]) throws -> Void) throws -> Double {
    var file = try SoundFile(path: path, sampleRate: settings.sampleRate)
    var stream = LogMelStream(settings, framesPerHop: framesPerHop)
    var pending: [Float] = []
    var block: [Float] = []
    var samples = 0
    while try file.read(into: &block) {
      samples += block.count
      stream.append(block.span) { patch in for index in patch.indices { pending.append(patch[index]) } }
      if pending.count >= Self.batch * settings.valuesPerPatch { try score(&pending, take) }
    }
    if samples > 0, samples < settings.samplesPerPatch || pending.isEmpty {
      // What is shorter than a window is heard with silence behind it.
      stream.append(Array(repeating: 0, count: settings.samplesPerPatch).span) { patch in
        if pending.isEmpty { for index in patch.indices { pending.append(patch[index]) } }
      }
    }
    try score(&pending, take)
    return Double(samples) / Double(settings.sampleRate)
  }

  private mutating func score(_ patches: inout [Float], _ take: ([Float]) throws -> Void) throws {
    let count = patches.count / settings.valuesPerPatch
    guard count > 0 else { return }
    let outputs = scorer.outputs(
      ofPatches: Tensor([count, settings.framesPerPatch, settings.bands, 1], values: patches))
    patches.removeAll(keepingCapacity: true)
    let classes = outputs.shape[1]
    let values = outputs.values
    for row in 0..<count { try take((0..<classes).map { values[row * classes + $0] }) }
  }
}
