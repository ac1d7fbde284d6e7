/// How sound becomes patches of log-mel values; as it stands, exactly VGGish's front end (tensorflow/models,
/// research/audioset/vggish, `vggish_params.py` and `mel_features.py`).
public struct FrontEndSettings: Codable, Equatable, Sendable {
  /// Samples a second; sound of any other rate is resampled to this one.
  public var sampleRate = 16_000
  /// The length of the analysis window in seconds.
  public var windowSeconds = 0.025
  /// From one frame to the next, in seconds.
  public var hopSeconds = 0.010
  /// The number of mel bands.
  public var bands = 64
  /// Where the lowest band begins.
  public var lowerEdgeHertz = 125.0
  /// Where the highest band ends.
  public var upperEdgeHertz = 7_500.0
  /// Added to each band's magnitude before the natural logarithm, so that silence is ln 0.01 and not minus infinity.
  public var logOffset = 0.01
  /// Frames of one patch, a multiple of four; patches do not overlap.
  public var framesPerPatch = 96

  public init() {}

  /// Samples of one window: 400.
  public var windowLength: Int { Int((Double(sampleRate) * windowSeconds).rounded()) }
  /// Samples from one frame to the next: 160.
  public var hopLength: Int { Int((Double(sampleRate) * hopSeconds).rounded()) }
  /// Points of the Fourier transform, the power of two that holds a window: 512.
  public var transformLength: Int { 1 << (Int.bitWidth - (windowLength - 1).leadingZeroBitCount) }
  /// Frequencies of the Fourier transform, zero and half the sample rate among them: 257.
  public var bins: Int { transformLength / 2 + 1 }
  /// Values of one patch: 96 x 64 = 6,144.
  public var valuesPerPatch: Int { framesPerPatch * bands }
  /// Samples that one patch is made of: 15,600, which is 975 ms, since its last window reaches beyond its last hop.
  public var samplesPerPatch: Int { (framesPerPatch - 1) * hopLength + windowLength }
  /// Samples from one patch to the next: 15,360, which is 960 ms.
  public var samplesPerPatchHop: Int { framesPerPatch * hopLength }
}
