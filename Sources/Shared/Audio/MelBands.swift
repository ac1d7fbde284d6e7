import Glibc
internal import Kernels

/// The mel filter bank: triangles over the bins of a magnitude spectrum, evenly spaced on HTK's mel scale.
///
/// Band b rises from edge b to edge b + 1 and falls to edge b + 2, in a straight line *in mel*, with a peak of 1 and no
/// norm of area; the bin of frequency zero counts nowhere. Of the 257 x 64 matrix only 461 weights are not zero, so each
/// band keeps its own few; four frames are summed at once, in the lanes of vectors.
struct MelBands: Sendable {
  /// The bins of each band, `[bands, 2]`: the first one, and the one after the last.
  let ranges: [UInt32]
  /// The weights of these bins, those of a band behind those of the one before.
  let weights: [Float]
  private let logOffset: Float
  private let bins: Int

  init(_ settings: FrontEndSettings) {
    let hertzPerBin = Double(settings.sampleRate) / Double(settings.transformLength)
    let mels = (0..<settings.bins).map { mel(Double($0) * hertzPerBin) }
    let lowest = mel(settings.lowerEdgeHertz)
    let step = (mel(settings.upperEdgeHertz) - lowest) / Double(settings.bands + 1)
    var ranges: [UInt32] = []
    var weights: [Float] = []
    for band in 0..<settings.bands {
      let lower = lowest + Double(band) * step
      let row = mels.enumerated().map { bin, mel in
        let weight = bin == 0 ? 0 : min((mel - lower) / step, (lower + 2 * step - mel) / step)
        return weight > 1e-9 ? Float(weight) : 0  // where an edge meets a bin, rounding must not decide
      }
      let first = row.firstIndex { $0 > 0 } ?? 0
      let end = (row.lastIndex { $0 > 0 } ?? -1) + 1
      ranges += [UInt32(first), UInt32(end)]
      weights += row[first..<end]
    }
    self.ranges = ranges
    self.weights = weights
    logOffset = Float(settings.logOffset)
    bins = settings.bins
  }

  /// Computes the logarithms of the bands' sums, of four frames.
  ///
  /// - Parameters:
  ///   - magnitudes: `[bins, 4]`, as `FourierTransform` gives them.
  ///   - first: The row of the patch that is the first of these frames.
  ///   - patch: `[frames, bands]`, of which four rows are filled.
  func computeLogarithms(of magnitudes: [Float], at first: Int, into patch: inout [Float]) {
    let bands = ranges.count / 2
    precondition(magnitudes.count == bins * FourierTransform.frames)
    precondition(first >= 0 && (first + FourierTransform.frames) * bands <= patch.count)
    unsafe patch.withUnsafeMutableBufferPointer { patch in
      unsafe antiphon_log_bands(patch.baseAddress! + first * bands, magnitudes, weights, ranges, bands, logOffset)
    }
  }
}

/// HTK's mel scale.
private func mel(_ hertz: Double) -> Double { 1127 * log(1 + hertz / 700) }
