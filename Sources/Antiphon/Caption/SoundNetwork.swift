import Audio
import Datasets
import Embeddings
import Models
import Parameters
import Tensors

/// A run's network, with what lets it hear sound: a value, a copy of which is for another thread.
struct SoundNetwork: Sendable {
  let network: Network
  let timing: ScoreTiming
  private let description: DatasetDescription
  /// What makes the vectors that it reads; `nil` where it reads log-mel patches.
  private var maker: EmbeddingMaker?

  /// - Parameters:
  ///   - timing: What was chosen of `ScoreTiming.choices`, if anything was.
  ///   - kept: Where what makes the vectors may be, too.
  /// - Throws: `SettingsError` where that is for other networks, `EmbeddingError` where nothing makes the vectors.
  init(_ scorer: RunScorer, _ timing: ScoreTiming?, _ kept: KeptDataset) throws {
    let specification = scorer.network.specification
    network = scorer.network
    description = scorer.dataset.description
    if case .clip = specification.input {
      self.timing = timing ?? .frames
    } else if timing == nil {
      self.timing = .each
    } else {
      throw SettingsError(
        "expected no --timing, which is for networks of clips: \(specification) scores one by one the "
          + "\(specification.input)")
    }
    if description.kind == .embedding { maker = try EmbeddingMaker(of: scorer.dataset, or: kept.folder) }
  }

  var specification: ModelSpecification { network.specification }
  var frontEnd: FrontEndSettings { description.frontEnd }
  /// From one patch to the next, in frames of the front end.
  var framesPerPatchHop: Int { frontEnd.framesPerPatch / timing.overlap }
  /// From one score to the next, in frames of the front end.
  var framesPerHop: Int { timing.hop * framesPerPatchHop }
  /// In seconds, from one score to the next.
  var hop: Double { Double(framesPerHop) * frontEnd.hopSeconds }
  /// In seconds: what a score is of.
  var window: Double {
    Double((timing.examples - 1) * framesPerPatchHop) * frontEnd.hopSeconds
      + Double(frontEnd.samplesPerPatch) / Double(frontEnd.sampleRate)
  }

  /// Of the labels over time, for what it is shown from now on.
  var scores: TimedScores { TimedScores(network, timing) }

  /// What it is shown of sound.
  ///
  /// - Parameter patches: `[n, frames, bands, 1]`, log-mel.
  /// - Returns: They, or their vectors, `[n, 1, 1, size]`.
  mutating func examples(of patches: Tensor) -> Tensor {
    guard let bytes = maker?.vectors(of: patches) else { return patches }
    let clip = Clip(
      identifier: "", start: 0, end: 0, labels: [], patches: bytes, patchSize: description.patchSize, kind: .embedding)
    return examples(of: clip)
  }

  /// What it is shown of a clip of its dataset.
  ///
  /// - Returns: `[n, frames, bands, 1]` or `[n, 1, 1, size]`.
  func examples(of clip: Clip) -> Tensor {
    let count = clip.patches.count / description.patchSize
    let shape = description.kind == .embedding ? [1, 1, description.patchSize] : description.patchShape
    return clip.input(description).reshaped([count] + shape)
  }
}
