import Tensors

/// Random features for which something is pending, some channels of wider maps, beside what they amount to.
struct PendingSample {
  /// What is in the maps.
  let maps: Tensor
  let features: Features
  /// The values when all is done.
  let values: [Double]

  init(_ shape: [Int], seed: UInt64, isRectified: Bool) {
    let channels = shape.last!
    let wide = Tensor.random(shape.dropLast() + [channels + 7], seed: seed)
    let part = FeatureMaps(wide)[3..<3 + channels]
    maps = part.tensor
    let scale = Tensor.random([channels], seed: seed + 100).array
    let shift = Tensor.random([channels], seed: seed + 200).array
    let x = maps.doubles
    if isRectified {
      features = Features(part, pending: Pending(scale: scale, shift: shift).rectified)
      values = x.indices.map { max(0, x[$0] * Double(scale[$0 % channels]) + Double(shift[$0 % channels])) }
    } else {
      let other = Tensor.random(shape, seed: seed + 300)
      let otherScale = Tensor.random([channels], seed: seed + 400).array
      features = Features(
        part, pending: Pending(scale: scale, shift: shift, other: FeatureMaps(other), otherScale: otherScale))
      values = x.indices.map {
        let channel = $0 % channels
        return x[$0] * Double(scale[channel]) + other.doubles(at: $0) * Double(otherScale[channel])
          + Double(shift[channel])
      }
    }
  }
}

extension Tensor {
  fileprivate func doubles(at index: Int) -> Double { Double(values[index]) }
}

extension ChannelSums {
  /// Of the values, and of their products with other ones (their squares where none are given).
  static func of(_ values: [Double], times others: [Double]? = nil, channels: Int) -> ChannelSums {
    var (first, second) = ([Double](repeating: 0, count: channels), [Double](repeating: 0, count: channels))
    for (index, value) in values.enumerated() {
      first[index % channels] += value
      second[index % channels] += value * (others?[index] ?? value)
    }
    return ChannelSums(first: first, second: second)
  }

  /// Whether each sum is off by at most 1e-5 of the largest.
  func isClose(to other: ChannelSums) -> Bool {
    func isClose(_ found: [Double], _ expected: [Double]) -> Bool {
      let largest = expected.reduce(1) { max($0, abs($1)) }
      return found.count == expected.count
        && zip(found, expected).allSatisfy { ($0 - $1).magnitude <= 1e-5 * largest }
    }
    return isClose(first, other.first) && isClose(second, other.second)
  }
}
