import Datasets
import Parameters
import Tensors

extension Augmentation {
  /// The largest part of all frames that a stripe covers: PANNs' stripes cover 64 of 1000 frames, but patches are short.
  private static let largestShareOfFrames = 6
  /// The largest part of all bands that a stripe covers: 8 of 64.
  private static let largestShareOfBands = 8

  /// Changes a mini-batch.
  ///
  /// - Parameter generator: What is changed follows from it alone.
  func apply(to batch: inout PatchBatch, using generator: inout SeededGenerator) {
    switch self {
    case .mixup: mix(&batch, using: &generator)
    case .specAugment: mask(&batch.input, using: &generator)
    }
  }

  /// A mixture is as long as the longer of its clips; the other one goes on as it is filled up.
  private func mix(_ batch: inout PatchBatch, using generator: inout SeededGenerator) {
    let count = batch.input.shape[0]
    let partners = (0..<count).shuffled(using: &generator)
    let shares = (0..<count).map { _ in Float.random(in: 0...1, using: &generator) }
    batch.input = batch.input.mixed(with: partners, keeping: shares)
    batch.targets = batch.targets.mixed(with: partners, keeping: shares)
    if let lengths = batch.lengths { batch.lengths = zip(lengths, partners).map { max($0, lengths[$1]) } }
  }

  private func mask(_ input: inout Tensor, using generator: inout SeededGenerator) {
    let (frames, bands) = (input.shape[1], input.shape[2])
    let (count, size) = (input.shape[0], frames * bands)
    var values = input.mutableValues
    for row in 0..<count {
      let first = row * size
      var sum: Float = 0
      for index in first..<first + size { sum += values[index] }
      let mean = sum / Float(size)
      for _ in 0..<2 {
        let stripe = stripe(of: frames, atMost: frames / Self.largestShareOfFrames, using: &generator)
        for index in stripe.lowerBound * bands..<stripe.upperBound * bands { values[first + index] = mean }
      }
      for _ in 0..<2 {
        let stripe = stripe(of: bands, atMost: bands / Self.largestShareOfBands, using: &generator)
        for frame in 0..<frames {
          for band in stripe { values[first + frame * bands + band] = mean }
        }
      }
    }
  }

  private func stripe(of count: Int, atMost width: Int, using generator: inout SeededGenerator) -> Range<Int> {
    let width = Int.random(in: 0...width, using: &generator)
    let first = Int.random(in: 0...count - width, using: &generator)
    return first..<first + width
  }
}

extension Tensor {
  /// Each row's share of itself, and the rest of another row.
  ///
  /// - Parameters:
  ///   - partners: The other row of each row.
  ///   - shares: 0 to 1, of each row.
  fileprivate func mixed(with partners: [Int], keeping shares: [Float]) -> Tensor {
    var result = Tensor(uninitialized: shape)
    let size = shares.isEmpty ? 0 : count / shares.count
    let source = values
    var target = result.mutableValues
    for (row, (partner, share)) in zip(partners, shares).enumerated() {
      for index in 0..<size {
        let (own, other) = (source[row * size + index], source[partner * size + index])
        target[row * size + index] = other + share * (own - other)
      }
    }
    return result
  }
}
