import Glibc

/// Computes patches of log-mel values, one patch a call.
///
/// A frame is a periodic Hann window over 400 samples, padded with zeros to 512; its magnitude spectrum (not the power)
/// is summed into 64 mel bands; the value is ln(sum + 0.01). The numbers are those of `FrontEndSettings`.
public struct LogMel: ~Copyable, Sendable {
  public let settings: FrontEndSettings
  private let halfWindow: [Double]
  private let bands: MelBands
  private var transform: FourierTransform
  private var magnitudes: [Float]  // [bins, frames at once]

  public init(_ settings: FrontEndSettings = FrontEndSettings()) {
    precondition(settings.framesPerPatch.isMultiple(of: FourierTransform.frames), "frames are transformed by fours")
    let length = settings.windowLength
    self.settings = settings
    halfWindow = (0..<length).map { 0.25 - 0.25 * cos(2 * .pi * Double($0) / Double(length)) }
    bands = MelBands(settings)
    transform = FourierTransform(length: settings.transformLength)
    magnitudes = Array(repeating: 0, count: settings.bins * FourierTransform.frames)
  }

  /// Computes one patch.
  ///
  /// - Parameters:
  ///   - samples: Mono samples in -1...1, `settings.samplesPerPatch` of them.
  ///   - patch: Where `[framesPerPatch, bands]` goes, row by row.
  public mutating func compute(_ samples: [Float], into patch: inout [Float]) {
    precondition(samples.count == settings.samplesPerPatch && patch.count == settings.valuesPerPatch)
    let hop = settings.hopLength
    let samplesAtOnce = (FourierTransform.frames - 1) * hop + halfWindow.count
    for first in stride(from: 0, to: settings.framesPerPatch, by: FourierTransform.frames) {
      let frames = samples.span.extracting(first * hop..<first * hop + samplesAtOnce)
      transform.computeMagnitudes(of: frames, every: hop, halfWindow: halfWindow, into: &magnitudes)
      bands.computeLogarithms(of: magnitudes, at: first, into: &patch)
    }
  }
}
