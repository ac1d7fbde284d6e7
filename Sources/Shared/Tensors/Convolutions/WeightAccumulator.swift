/// The gradient of the weights `[depth, filters]` of a convolution as a product, added up over groups of images.
///
/// Few weights: several sums, each over a part of a group's rows. Many: one sum, each part of the weights on its own.
struct WeightAccumulator: Sendable {
  private let depth: Int
  private let filters: Int
  private let sums: FeatureMaps
  private let blocks: [Range<Int>]
  private let isByFilters: Bool
  private let isByRows: Bool

  /// The pieces of work of a group.
  var parts: Int { isByRows ? sums.batch : blocks.count }

  init(_ depth: Int, _ filters: Int) {
    self.depth = depth
    self.filters = filters
    isByRows = depth * filters <= 1 << 17
    isByFilters = filters > depth
    let extent = max(depth, filters)
    blocks = (0..<extent).divided(into: min(8, max(4, extent / 256)))
    sums = FeatureMaps(uninitialized: isByRows ? 4 : 1, 1, depth, channels: filters)
  }

  /// Adds what the rows of a group say of one part; the first group's takes the place of what was there.
  func add(part: Int, _ seen: WindowRows, _ slopes: WindowRows, rows: Int, isFirst: Bool) {
    let slice = isByRows ? rows * part / parts..<rows * (part + 1) / parts : 0..<rows
    let weights = isByRows || isByFilters ? 0..<depth : blocks[part]
    let columns = isByRows || !isByFilters ? 0..<filters : blocks[part]
    unsafe sums.withPointer { target in
      unsafe seen.withMatrix(slice) { x in
        unsafe slopes.withMatrix(slice) { dy in
          let first = (isByRows ? part * depth * filters : 0) + weights.lowerBound * filters + columns.lowerBound
          unsafe multiply(
            weights.count, columns.count, slice.count,
            MatrixView(base: x.base + weights.lowerBound, pitch: x.pitch, isTransposed: true),
            MatrixView(base: dy.base + columns.lowerBound, pitch: dy.pitch), adding: !isFirst,
            into: target + first, pitch: filters)
        }
      }
    }
  }

  /// Puts the sum in place of what was in `gradient`.
  func finish(into gradient: inout Tensor) {
    let total = sums.tensor
    if isByRows {
      gradient.sumRows(of: total.reshaped([sums.batch, depth * filters]))
    } else {
      gradient = total.reshaped(gradient.shape)
    }
  }
}
