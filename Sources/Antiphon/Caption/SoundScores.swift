import Audio
import Captions
import Foundation
import Tensors

/// What a network says of a recording, score after score, as its samples come.
struct SoundScores: ~Copyable {
  /// What was heard in a window: a patch, or several vectors.
  struct Window {
    /// For each label, 0...1.
    let scores: [Float]
    /// `[frames, bands]`: the log-mel values up to where the next window begins.
    let frames: [Float]
  }

  /// Patches that are computed at once.
  private static let batch = 64
  /// How far above the front end's least value a patch may come that has nothing in it: the noise of 16 bits does.
  private static let silence: Float = 0.1

  private var network: SoundNetwork
  private var scores: TimedScores
  private var stream: LogMelStream
  /// Patches that are not computed yet.
  private var pending: [Float] = []
  /// Of the windows that are to come, the log-mel values, as far as there are patches.
  private var frames: [Float] = []
  /// `[frames, bands]`: once it is ended, the log-mel values behind those of the windows, to the end and into silence.
  private(set) var rest: [Float] = []
  /// Whether there is nothing in a patch, of those that belong to scores which are to come.
  private var areSilent: [Bool] = []
  private var samples = 0
  /// The last of them, as many as a patch has.
  private var latest: [Float] = []
  private var patches = 0
  private let most: Int

  /// - Parameter isLive: Whether patches are computed as soon as they are whole, and not many at once.
  init(_ network: SoundNetwork, isLive: Bool = false) {
    most = isLive ? 1 : Self.batch
    self.network = network
    scores = network.scores
    stream = LogMelStream(network.frontEnd, framesPerHop: network.framesPerPatchHop)
  }

  /// The seconds that were heard.
  var seconds: Double { Double(samples) / Double(stream.settings.sampleRate) }

  /// Hears the next samples.
  ///
  /// - Returns: The windows that were computed.
  /// - Throws: `CaptionError` where the network's scores are no numbers.
  mutating func add(_ block: [Float]) throws(CaptionError) -> [Window] {
    let (size, heard) = (stream.settings.valuesPerPatch, heardPerPatch)
    samples += block.count
    latest += block
    latest.removeFirst(max(0, latest.count - stream.settings.samplesPerPatch))
    stream.append(block.span) { patch in
      for index in patch.indices { pending.append(patch[index]) }
      frames += pending.suffix(size).prefix(heard)
    }
    return pending.count >= most * size ? windows(try compute()) : []
  }

  /// Ends the recording. Samples that no patch has are heard in a last one, which reaches back to be whole: networks have
  /// never been shown sound that stops within a patch. Only what is shorter than a patch has silence behind it.
  ///
  /// - Returns: The windows that were not computed yet.
  /// - Throws: `CaptionError` where the network's scores are no numbers.
  mutating func finish() throws(CaptionError) -> [Window] {
    let settings = stream.settings
    var next: [Float] = []  // the patch that would come now, with silence behind it
    stream.append(Array(repeating: 0, count: settings.samplesPerPatch).span) { patch in
      if next.isEmpty { for index in patch.indices { next.append(patch[index]) } }
    }
    var computed = try compute()
    let hop = network.framesPerPatchHop * settings.hopLength
    if samples > (patches == 0 ? 0 : (patches - 1) * hop + settings.samplesPerPatch) {
      pending = latest.count < settings.samplesPerPatch ? next : patch(of: latest)
      frames += next.prefix(heardPerPatch)
      next.removeFirst(heardPerPatch)
      computed += try compute()
    }
    let windows = windows(computed + (try scores.finish()))
    rest = frames + next
    return windows
  }

  private func patch(of samples: [Float]) -> [Float] {
    var logMel = LogMel(stream.settings)
    var patch = Array(repeating: Float(0), count: stream.settings.valuesPerPatch)
    logMel.compute(samples, into: &patch)
    return patch
  }

  /// The log-mel values of a patch that the next one does not have.
  private var heardPerPatch: Int { network.framesPerPatchHop * stream.settings.bands }

  /// Computes the patches that wait.
  ///
  /// - Returns: The scores that are certain now.
  private mutating func compute() throws(CaptionError) -> [[Float]] {
    let size = stream.settings.valuesPerPatch
    let count = pending.count / size
    guard count > 0 else { return [] }
    let shape = [count, stream.settings.framesPerPatch, stream.settings.bands, 1]
    let least = Float(log(stream.settings.logOffset)) + Self.silence
    for patch in 0..<count {
      areSilent.append(pending[patch * size..<(patch + 1) * size].allSatisfy { $0 < least })
    }
    let examples = network.examples(of: Tensor(shape, values: pending))
    pending.removeAll(keepingCapacity: true)
    patches += count
    return try scores.add(examples)
  }

  /// Scores, each with the frames that have been heard since the one before.
  private mutating func windows(_ scores: [[Float]]) -> [Window] {
    let size = network.framesPerHop * stream.settings.bands
    let timing = network.timing
    defer {
      frames.removeFirst(min(scores.count * size, frames.count))
      areSilent.removeFirst(min(scores.count * timing.hop, areSilent.count))
    }
    return scores.enumerated().map { index, scores in
      // A network has never been shown silence, and says of it what it likes.
      let isSilent = areSilent.dropFirst(index * timing.hop).prefix(timing.examples).allSatisfy(\.self)
      return Window(
        scores: isSilent ? scores.map { _ in 0 } : scores, frames: Array(frames.dropFirst(index * size).prefix(size)))
    }
  }
}
