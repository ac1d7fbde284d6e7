internal import Kernels

/// What one layer hands to the next: feature maps, and what is still to be done to each value as it is read.
///
/// Batch normalisation, ReLU and their gradients are maps of single values with coefficients by channel. They cost no
/// pass over memory of their own: whoever reads the values next applies them.
public struct Features: Sendable {
  public let maps: FeatureMaps
  public var pending: Pending?
  /// Sums by channel that were taken while the values were in cache. Of a forward pass: of the maps' values and of
  /// their squares. Of a gradient: of its values, and of their products with the maps that it is a gradient of.
  public var sums: ChannelSums?

  public init(_ maps: FeatureMaps, pending: Pending? = nil, sums: ChannelSums? = nil) {
    self.maps = maps
    self.pending = pending
    self.sums = sums
  }

  /// The values of a tensor `[batch, height, width, channels]` or `[batch, channels]`.
  public init(_ tensor: Tensor) {
    self.init(FeatureMaps(tensor))
  }

  /// The values `[batch, height, width, channels]`, with nothing pending.
  public var tensor: Tensor { materialized().maps.tensor }

  /// Some of the channels.
  public subscript(channels: Range<Int>) -> Features {
    Features(maps[channels], pending: pending?[channels], sums: sums?[channels])
  }

  /// The same with nothing pending, in new memory unless nothing is to be done.
  ///
  /// - Parameter target: Where the values are put.
  public func materialized(into target: FeatureMaps? = nil) -> Features {
    if target == nil, pending == nil { return self }
    let result =
      target ?? FeatureMaps(uninitialized: maps.batch, maps.height, maps.width, channels: maps.channels)
    precondition(result.shape == maps.shape, "maps of \(maps.shape) into \(result.shape)")
    unsafe withSource { source in
      unsafe result.withPointer { pointer in
        result.forEachBlock { _, pixels in
          unsafe antiphon_read(
            pointer + pixels.lowerBound * result.pitch, result.pitch, source.raw, pixels.lowerBound, pixels.count,
            result.channels)
        }
      }
    }
    return Features(result)
  }

  /// The features as kernels read them, for as long as `body` runs.
  func withSource<Result>(_ body: (Source) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(self) {
      try unsafe maps.withPointer { values in
        var raw = unsafe antiphon_source()
        unsafe raw.values = UnsafePointer(values.base)
        unsafe raw.pitch = maps.pitch
        if let pending {
          unsafe pending.scale.withPointer { unsafe raw.scale = UnsafePointer($0.base) }
          unsafe pending.shift.withPointer { unsafe raw.shift = UnsafePointer($0.base) }
          unsafe pending.floor.withPointer { unsafe raw.floor = UnsafePointer($0.base) }
          if let other = pending.other {
            unsafe other.maps.withPointer { unsafe raw.other = UnsafePointer($0.base) }
            unsafe raw.other_pitch = other.maps.pitch
            unsafe other.scale.withPointer { unsafe raw.other_scale = UnsafePointer($0.base) }
          }
        }
        return try unsafe body(Source(raw: raw))
      }
    }
  }
}

/// `@unchecked`: only read from.
@unsafe struct Source: @unchecked Sendable {
  var raw: antiphon_source

  /// The source's channels from `first` on.
  func from(channel first: Int) -> antiphon_source {
    var result = unsafe raw
    unsafe result.values += first
    if unsafe result.scale != nil {
      unsafe result.scale += first
      unsafe result.shift += first
      unsafe result.floor += first
    }
    if unsafe result.other != nil {
      unsafe result.other += first
      unsafe result.other_scale += first
    }
    return unsafe result
  }
}
