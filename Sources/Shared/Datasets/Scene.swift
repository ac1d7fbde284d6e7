internal import Glibc
internal import Tensors

/// One sound in a scene.
public struct SceneEvent: Equatable, Sendable {
  /// The index of the recording.
  public let recording: Int
  /// The samples of the recording that are heard.
  public let piece: Range<Int>
  /// The samples of the scene at which it begins, each time that it is heard; never before it has ended.
  public let onsets: [Int]
  /// Its level over the reference.
  public let levelDecibels: Float
}

/// A composed recording of several events, of which only the labels are told and not the times.
public struct Scene: Equatable, Sendable {
  /// The file's path within the folder of all scenes.
  public let name: String
  public let split: Split
  /// The labels of all recordings that are in it, ascending.
  public let labels: [Int]
  public let events: [SceneEvent]
  /// The root mean square of the noise under it, relative to full scale.
  public let noiseDecibels: Float
}

extension Scene {
  /// Mixes the scene.
  ///
  /// - Returns: `settings.sceneLength` samples.
  /// - Throws: `AudioError` or `DatasetError` if a recording cannot be read again.
  func samples(from source: SceneRecordings, _ settings: SceneSettings) throws -> [Float] {
    var mix = noise(settings)
    for event in events {
      let recording = source.recordings[event.recording]
      var samples = try recording.samples(event.piece, in: source.folder, sampleRate: settings.sampleRate)
      samples.fadeCuts(of: event.piece, in: recording.count, over: settings.sampleRate / 100)
      let gain = amplitude(settings.referenceDecibels + event.levelDecibels) / recording.loudness
      for onset in event.onsets {
        for index in samples.indices { mix[onset + index] += gain * samples[index] }
      }
    }
    let peak = mix.reduce(0) { max($0, abs($1)) }
    return peak > settings.peak ? mix.map { $0 * (settings.peak / peak) } : mix
  }

  /// Evenly distributed values: their root mean square is their bound over √3.
  private func noise(_ settings: SceneSettings) -> [Float] {
    var generator = SeededGenerator(seed: settings.seed, stream: "noise of \(name)")
    let bound = amplitude(noiseDecibels) * Float(3).squareRoot()
    return (0..<settings.sceneLength).map { _ in bound * (2 * generator.uniform() - 1) }
  }
}

extension [Float] {
  /// Fades the ends at which a recording was cut, in a straight line, so that the cut is no click.
  fileprivate mutating func fadeCuts(of piece: Range<Int>, in length: Int, over count: Int) {
    for index in 0..<Swift.min(count, self.count) {
      let gain = Float(index) / Float(count)
      if piece.lowerBound > 0 { self[index] *= gain }
      if piece.upperBound < length { self[self.count - 1 - index] *= gain }
    }
  }
}

private func amplitude(_ decibels: Float) -> Float { powf(10, decibels / 20) }
