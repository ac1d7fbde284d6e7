internal import Kernels

/// The gradient of the input of a convolution as a product: `∂y · wᵀ`, which is a row of what the window saw, and has to
/// be led back to the pixels unless the window sees one pixel of its own at each place.
struct InputGradient: Sendable {
  private let window: Window
  private let filters: Int
  private let x: Features
  private let weights: Tensor
  private let dx: FeatureMaps
  private let adding: Bool
  /// Of the gradient, where anything is pending for the input.
  let sums: PartialSums?

  var isFolded: Bool { !window.isPointwise }

  /// - Parameter blocks: The blocks of rows of all groups.
  init(
    _ window: Window, _ filters: Int, x: Features, _ weights: Tensor, into dx: FeatureMaps, adding: Bool,
    blocks: Int
  ) {
    self.window = window
    self.filters = filters
    self.x = x
    self.weights = weights
    self.dx = dx
    self.adding = adding
    sums =
      x.pending == nil
      ? nil : PartialSums(blocks: window.isPointwise ? blocks : dx.batch, channels: window.channels)
  }

  /// Memory for the rows of some images, where they have to be led back.
  func begin(_ images: Range<Int>) -> FeatureMaps? {
    isFolded ? FeatureMaps(uninitialized: 1, 1, images.count * window.places, channels: window.depth) : nil
  }

  /// Computes some rows and columns of a group's.
  ///
  /// - Parameter block: The number of the block of rows among all groups'.
  func compute(
    _ rows: Range<Int>, _ range: Range<Int>, of images: Range<Int>, _ slopes: WindowRows, _ columns: FeatureMaps?,
    block: Int
  ) {
    let place = columns == nil ? images.lowerBound * window.places + rows.lowerBound : rows.lowerBound
    let target = columns ?? dx
    unsafe target.withPointer { start in
      unsafe weights.withPointer { weights in
        unsafe slopes.withMatrix(rows) { dy in
          unsafe multiply(
            rows.count, range.count, filters, dy,
            MatrixView(base: weights + range.lowerBound * filters, pitch: filters, isTransposed: true),
            adding: adding && columns == nil, into: start + (place * target.pitch + range.lowerBound),
            pitch: target.pitch)
        }
      }
    }
    guard columns == nil, let sums else { return }
    unsafe x.withSource { source in
      unsafe sums.gate(
        dx, by: source, partner: x.maps, place..<place + rows.count, block: block, channels: range)
    }
  }

  /// Leads the rows of one image back to its pixels.
  func fold(_ image: Int, _ columns: FeatureMaps?, row: Int) {
    guard let columns else { return }
    let pixels = image * dx.area..<(image + 1) * dx.area
    unsafe dx.withPointer { target in
      if !adding { dx.clear(pixels) }
      unsafe columns.withPointer { rows in
        unsafe antiphon_fold(
          target + pixels.lowerBound * dx.pitch, dx.pitch, rows + row * window.depth, window.raw)
      }
    }
    guard let sums else { return }
    unsafe x.withSource { source in unsafe sums.gate(dx, by: source, partner: x.maps, pixels, block: image) }
  }
}
