internal import Audio
internal import Foundation

/// A sound file as a source of events, and what was measured when it was heard once.
public struct Recording: Equatable, Sendable {
  /// The file's path within the folder.
  public let name: String
  /// Indices into the vocabulary, ascending.
  public var labels: [Int]
  /// A hash of all samples: two recordings of one digest and one count are the same.
  public let digest: UInt64
  /// The number of samples.
  public let count: Int
  /// The root mean square of the loudest window.
  public let loudness: Float
  /// Where the windows begin that are at most 12 dB below the loudest.
  public let loudWindows: [Int]

  /// Measures a recording.
  ///
  /// - Parameters:
  ///   - samples: Mono samples, at least one.
  ///   - windowLength: Samples of the windows that loudness is measured in; silence is thought behind the last.
  public init(name: String, labels: [Int], samples: [Float], windowLength: Int) {
    precondition(!samples.isEmpty && windowLength > 0, "a recording has samples")
    let starts = Array(stride(from: 0, to: samples.count, by: windowLength))
    let powers = starts.map { start in
      samples[start..<min(start + windowLength, samples.count)].reduce(0) { $0 + $1 * $1 } / Float(windowLength)
    }
    let loudest = powers.max()!
    self.name = name
    self.labels = labels
    digest = Self.digest(of: samples)
    count = samples.count
    loudness = loudest.squareRoot()
    loudWindows = zip(starts, powers).filter { $1 >= loudest / 16 }.map(\.0)
  }

  /// FNV-1a over the samples' bits, a sample at a time.
  private static func digest(of samples: [Float]) -> UInt64 {
    samples.reduce(0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1.bitPattern)) &* 0x0100_0000_01b3 }
  }
}

extension Recording {
  /// Below this loudness, -80 dB, there is nothing that could be made louder but noise.
  private static let silence: Float = 1e-4

  /// Hears a file.
  ///
  /// - Throws: `SkippedSound` if it cannot be decoded, or is silent.
  init(hearing sound: ListedSound, in folder: String, settings: SceneSettings) throws(SkippedSound) {
    let path = SoundList.path(of: sound.name, in: folder)
    let samples: [Float]
    do {
      var file = try SoundFile(path: path, sampleRate: settings.sampleRate)
      samples = try file.readAll()
    } catch {
      throw SkippedSound(path: sound.name, kind: .undecodable, reason: "\(error)".without(prefix: "\(path): "))
    }
    guard !samples.isEmpty else {
      throw SkippedSound(path: sound.name, kind: .undecodable, reason: "it has no sample at this rate")
    }
    self.init(name: sound.name, labels: sound.labels, samples: samples, windowLength: settings.windowLength)
    guard loudness >= Self.silence else {
      throw SkippedSound(path: sound.name, kind: .silent, reason: "nothing in it is louder than -80 dB")
    }
  }

  /// Reads a part of the file again.
  func samples(_ range: Range<Int>, in folder: String, sampleRate: Int) throws -> [Float] {
    let path = SoundList.path(of: name, in: folder)
    var file = try SoundFile(path: path, sampleRate: sampleRate)
    var samples: [Float] = []
    var block: [Float] = []
    while samples.count < range.upperBound, try file.read(into: &block) { samples += block }
    guard samples.count >= range.upperBound else {
      throw DatasetError.unreadable(
        path: path, reason: "expected \(count) samples as when it was first read, it has changed meanwhile")
    }
    return Array(samples[range])
  }
}
