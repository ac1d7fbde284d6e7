internal import Kernels

/// What batch normalisation and residual blocks do to features.
extension Features {
  /// The sum of two features and then `max(value, 0)`, in one pass: `ReLU(body(x) + shortcut(x))`.
  ///
  /// Neither may be rectified as it is read: the gradient of one that is not is that of the sum.
  public static func rectifiedSum(_ first: Features, _ second: Features, into target: FeatureMaps?) -> Features {
    let channels = first.maps.channels
    let (a, b) = (first.pending ?? .identity(channels), second.pending ?? .identity(channels))
    precondition(a.isAffine && b.isAffine, "terms that are not rectified, and have maps of their own only")
    var shift = a.shift
    shift.add(b.shift)
    let sum = Pending(
      scale: a.scale, shift: shift, floor: Tensor([channels]), other: (second.maps, b.scale))
    return Features(first.maps, pending: sum).materialized(into: target)
  }

  /// Makes a gradient of values that were rectified one of the values before, in place, and takes its sums with the maps
  /// of `partner`.
  ///
  /// - Parameter values: With the rectification pending, or done before.
  public func gated(by values: Features, partner: FeatureMaps) -> Features {
    precondition(pending == nil && maps.shape == partner.shape, "a gradient of \(maps.shape) for \(partner.shape)")
    let sums = PartialSums(blocks: maps.blocks.count, channels: maps.channels)
    unsafe values.withSource { source in
      maps.forEachBlock { block, pixels in
        unsafe sums.gate(maps, by: source, partner: partner, pixels, block: block)
      }
    }
    return Features(maps, sums: sums.total)
  }

  /// The sums of the values and of their squares; taken now where they were not before.
  public func moments() -> ChannelSums {
    precondition(pending == nil, "moments of what is in the maps")
    if let sums { return sums }
    let sums = PartialSums(blocks: maps.blocks.count, channels: maps.channels)
    maps.forEachBlock { block, pixels in sums.takeMoments(of: maps, pixels, block: block) }
    return sums.total
  }

  /// A gradient with nothing pending, and its sums with the maps of `partner`; taken now where they were not before.
  public func summed(with partner: FeatureMaps) -> (gradient: FeatureMaps, sums: ChannelSums) {
    if pending == nil, let sums { return (maps, sums) }
    let plain = materialized()
    let sums = PartialSums(blocks: plain.maps.blocks.count, channels: maps.channels)
    unsafe plain.withSource { source in
      plain.maps.forEachBlock { block, pixels in
        unsafe sums.gate(plain.maps, by: source, partner: partner, pixels, block: block)
      }
    }
    return (plain.maps, sums.total)
  }

  /// Adds another gradient, in place.
  public func adding(_ other: Features) -> Features {
    precondition(pending == nil, "a gradient that is added to has nothing pending")
    let ones = [Float](repeating: 1, count: maps.channels)
    let sum = Pending(
      scale: ones, shift: [Float](repeating: 0, count: maps.channels), other: other.materialized().maps,
      otherScale: ones)
    return Features(maps, pending: sum).materialized(into: maps)
  }
}
