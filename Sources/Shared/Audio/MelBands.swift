import Glibc

/// The mel filter bank: triangles over the bins of a magnitude spectrum, evenly spaced on HTK's mel scale.
///
/// Band b rises from edge b to edge b + 1 and falls to edge b + 2, in a straight line *in mel*, with a peak of 1 and no
/// norm of area; the bin of frequency zero counts nowhere. Of the 257 x 64 matrix only 461 weights are not zero, so each
/// band keeps its own few, in groups of four bins that start at a multiple of four.
struct MelBands {
  private struct Band {
    let firstGroup: Int  // of the spectrum's groups of four bins
    let weights: Range<Int>  // of `weights`
  }

  private let bands: [Band]
  private let weights: [SIMD4<Float>]

  init(_ settings: FrontEndSettings) {
    let hertzPerBin = Double(settings.sampleRate) / Double(settings.transformLength)
    let mels = (0..<settings.bins).map { mel(Double($0) * hertzPerBin) }
    let lowest = mel(settings.lowerEdgeHertz)
    let step = (mel(settings.upperEdgeHertz) - lowest) / Double(settings.bands + 1)
    var bands: [Band] = []
    var weights: [SIMD4<Float>] = []
    for band in 0..<settings.bands {
      let lower = lowest + Double(band) * step
      let row = mels.enumerated().map { bin, mel in
        let weight = bin == 0 ? 0 : min((mel - lower) / step, (lower + 2 * step - mel) / step)
        return weight > 1e-9 ? weight : 0  // where an edge meets a bin, rounding must not decide
      }
      let first = (row.firstIndex { $0 > 0 } ?? 0) / 4
      let last = (row.lastIndex { $0 > 0 } ?? 0) / 4
      let begin = weights.count
      for group in first...last {
        weights.append(SIMD4((0..<4).map { row.indices.contains(4 * group + $0) ? Float(row[4 * group + $0]) : 0 }))
      }
      bands.append(Band(firstGroup: first, weights: begin..<weights.count))
    }
    self.bands = bands
    self.weights = weights
  }

  /// The weight of each bin in one band, `[bins]`.
  func row(_ band: Int, bins: Int) -> [Float] {
    var row = [Float](repeating: 0, count: bins)
    for (offset, index) in bands[band].weights.enumerated() {
      for lane in 0..<4 where weights[index][lane] != 0 {
        row[4 * (bands[band].firstGroup + offset) + lane] = weights[index][lane]
      }
    }
    return row
  }

  /// Sums a spectrum, in groups of four bins, into `[bands]`.
  func sum(_ spectrum: [SIMD4<Float>], into result: inout MutableSpan<Float>, from start: Int) {
    for index in bands.indices {
      let band = bands[index]
      var sum = SIMD4<Float>.zero
      var group = band.firstGroup
      for weight in band.weights {
        sum += spectrum[group] * weights[weight]
        group += 1
      }
      result[start + index] = (sum[0] + sum[1]) + (sum[2] + sum[3])
    }
  }
}

/// HTK's mel scale.
private func mel(_ hertz: Double) -> Double { 1127 * log(1 + hertz / 700) }
