internal import Kernels

/// Which values are dropped out (Srivastava et al. 2014): each with the same probability, and all others become larger, so
/// that the mean stays. Which, follows from the seed and a value's position alone.
public struct DroppedValues: Sendable {
  private let seed: UInt64
  private let dropped: UInt32
  private let scale: Float

  /// - Parameter rate: The probability, at least 0 and below 1.
  public init(rate: Float, seed: UInt64) {
    precondition((0..<1).contains(rate), "a probability of \(rate) leaves nothing")
    self.seed = seed
    dropped = UInt32(Double(rate) * 0x1p32)
    scale = 1 / (1 - rate)
  }

  /// The values without them.
  ///
  /// - Parameter target: Where they are put; new maps where none are given.
  public func dropped(of x: Features, into target: FeatureMaps?) -> Features {
    let result =
      target ?? FeatureMaps(uninitialized: x.maps.batch, x.maps.height, x.maps.width, channels: x.maps.channels)
    precondition(result.shape == x.maps.shape, "maps of \(x.maps.shape) into \(result.shape)")
    unsafe x.withSource { source in
      unsafe result.withPointer { pointer in
        result.forEachBlock { _, pixels in
          unsafe antiphon_read(
            pointer + pixels.lowerBound * result.pitch, result.pitch, source.raw, pixels.lowerBound, pixels.count,
            result.channels)
          unsafe drop(pixels, of: pointer, result)
        }
      }
    }
    return Features(result)
  }

  /// The gradient of what was there before, from that of the values, in place.
  public func backward(_ dy: Features) -> Features {
    let plain = dy.materialized().maps
    unsafe plain.withPointer { pointer in
      plain.forEachBlock { _, pixels in unsafe drop(pixels, of: pointer, plain) }
    }
    return Features(plain)
  }

  private func drop(_ pixels: Range<Int>, of pointer: Pointer, _ maps: FeatureMaps) {
    unsafe antiphon_drop_out(
      pointer.base, maps.pitch, seed, dropped, scale, pixels.lowerBound, pixels.count, maps.channels)
  }
}
