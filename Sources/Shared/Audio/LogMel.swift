import Glibc

/// Computes patches of log-mel values, one patch a call.
///
/// A frame is a periodic Hann window over 400 samples, padded with zeros to 512; its magnitude spectrum (not the power)
/// is summed into 64 mel bands; the value is ln(sum + 0.01). The numbers are those of `FrontEndSettings`.
public struct LogMel: ~Copyable, Sendable {
  public let settings: FrontEndSettings
  private let window: [Double]
  private let bands: MelBands
  private var transform: FourierTransform
  private var spectrum: [SIMD4<Float>]

  public init(_ settings: FrontEndSettings = FrontEndSettings()) {
    let length = settings.windowLength
    self.settings = settings
    window = (0..<length).map { 0.5 - 0.5 * cos(2 * .pi * Double($0) / Double(length)) }
    bands = MelBands(settings)
    transform = FourierTransform(frames: settings.framesPerPatch, length: settings.transformLength)
    spectrum = Array(repeating: .zero, count: transform.stride / 4)
  }

  /// Computes one patch.
  ///
  /// - Parameters:
  ///   - samples: Mono samples in -1...1, `settings.samplesPerPatch` of them.
  ///   - patch: Where `[framesPerPatch, bands]` goes, row by row.
  public mutating func compute(_ samples: [Float], into patch: inout [Float]) {
    precondition(samples.count == settings.samplesPerPatch && patch.count == settings.valuesPerPatch)
    fillFrames(with: samples)
    transform.run()
    let bands = bands
    var values = patch.mutableSpan
    for frame in 0..<settings.framesPerPatch {
      transform.magnitudes(ofFrame: frame, into: &spectrum)
      bands.sum(spectrum, into: &values, from: frame * settings.bands)
    }
    let offset = Float(settings.logOffset)
    for index in values.indices { values[index] = logarithm(values[index] + offset) }
  }

  /// Cuts the sound into windowed frames; the rest of each row of the transform's input stays zero.
  private mutating func fillFrames(with samples: [Float]) {
    let (hop, row, frames) = (settings.hopLength, settings.transformLength, settings.framesPerPatch)
    let window = window
    var input = transform.input
    for frame in 0..<frames {
      for index in window.indices { input[frame * row + index] = Double(samples[frame * hop + index]) * window[index] }
    }
  }
}

/// The natural logarithm of a positive normal number to 2 units in the last place, without a branch or a call, so that
/// a loop over it is vectorised; and the same on every machine, which libm's is not.
///
/// x = m 2^e with m in √½...√2, and ln m = 2 artanh s = 2 (s + s³/3 + s⁵/5 + ...) with s = (m - 1) / (m + 1).
@inline(__always)
func logarithm(_ x: Float) -> Float {
  let bits = Int32(bitPattern: x.bitPattern)
  let exponent = (bits &- 0x3f35_04f3) &>> 23
  let m = Float(bitPattern: UInt32(bitPattern: bits &- (exponent &<< 23)))
  let s = (m - 1) / (m + 1)
  let square = s * s
  let series = 1 + square * (1 / 3 + square * (1 / 5 + square * (1 / 7 + square * (1 / 9))))
  return Float(exponent) * 0.693_147_18 + 2 * s * series
}
