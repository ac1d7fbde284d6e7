internal import Kernels

/// A convolution by Winograd's tiles: the inputs of all tiles of some images are transformed, the products of each of a
/// tile's points are one product of matrices, `[tiles, channels] · [channels, filters]`, and the outputs are transformed
/// back.
struct WinogradConvolution {
  private let window: Window
  private let filters: Int
  private let tile: ConvolutionMethod.Tile

  init(_ window: Window, _ filters: Int, _ tile: ConvolutionMethod.Tile) {
    precondition(window.stride == .init(1, 1) && window.kernel == tile.kernel, "\(tile) for a window \(window)")
    self.window = window
    self.filters = filters
    self.tile = tile
  }

  /// - Returns: The sums of the outputs and of their squares, where they are asked for.
  func forward(_ x: Features, _ weights: Tensor, into y: FeatureMaps, _ takesMoments: Bool) -> ChannelSums? {
    let pass = WinogradPass(window, tile, inputs: window.channels, outputs: filters)
    let sums =
      takesMoments ? PartialSums(blocks: x.maps.batch * pass.bands, channels: filters) : nil
    pass.run(x, transformed(weights, isFlipped: false), areWeightsTransposed: false, into: y, adding: false) {
      sums?.takeMoments(of: y, $1, block: $0)
    }
    return sums?.total
  }

  /// - Parameters:
  ///   - dx: Where the input's gradient is put, or added to what is there.
  /// - Returns: The sums of the input's gradient, where anything is pending for `x`.
  func backward(
    _ dy: Features, _ x: Features, _ weights: Tensor, weightGradient: inout Tensor, inputGradient dx: FeatureMaps?,
    adding: Bool
  ) -> ChannelSums? {
    addWeights(dy, x, to: &weightGradient)
    guard let dx else { return nil }
    // The gradient of the input is a convolution of that of the output with the kernel turned by 180 degrees.
    let pass = WinogradPass(window.backward(filters: filters), tile, inputs: filters, outputs: window.channels)
    let sums = x.pending == nil ? nil : PartialSums(blocks: x.maps.batch * pass.bands, channels: window.channels)
    unsafe x.withSource { source in
      pass.run(dy, transformed(weights, isFlipped: true), areWeightsTransposed: true, into: dx, adding: adding) {
        unsafe sums?.gate(dx, by: source, partner: x.maps, $1, block: $0)
      }
    }
    return sums?.total
  }

  private func addWeights(_ dy: Features, _ x: Features, to gradient: inout Tensor) {
    let pass = WinogradPass(window, tile, inputs: window.channels, outputs: filters)
    let products = FeatureMaps(uninitialized: 1, tile.points, window.channels, channels: filters)
    for images in pass.groups(of: x.maps.batch) {
      let inputs = WinogradValues(tile, tiles: images.count * pass.tiles, channels: window.channels)
      let slopes = WinogradValues(tile, tiles: images.count * pass.tiles, channels: filters)
      ThreadPool.current.run(2 * images.count * pass.bands) { index in
        let (image, band) = (images.lowerBound + index / 2 / pass.bands, index / 2 % pass.bands)
        let first = index / 2 * pass.tilesInBand
        if index % 2 == 0 {
          inputs.read(x, window, image: image, band: band, firstTile: first)
        } else {
          slopes.readSlopes(dy, window, image: image, band: band, firstTile: first)
        }
      }
      ThreadPool.current.run(tile.points) { point in
        unsafe products.withPointer { target in
          unsafe inputs.withMatrix(ofPoint: point) { x in
            unsafe slopes.withMatrix(ofPoint: point) { dy in
              unsafe multiply(
                window.channels, filters, inputs.tiles,
                MatrixView(base: x.base, pitch: x.pitch, isTransposed: true), dy, adding: images.lowerBound > 0,
                into: target + point * window.channels * filters, pitch: filters)
            }
          }
        }
      }
    }
    unsafe products.withPointer { products in
      unsafe gradient.withMutablePointer { target in
        forEachChannels { rows in
          unsafe antiphon_winograd_weight_gradient(
            target + 0, products + 0, window.channels, filters, tile.raw, rows.lowerBound, rows.upperBound)
        }
      }
    }
  }

  /// The weights at the tile's points, `[points, channels, filters]`.
  private func transformed(_ weights: Tensor, isFlipped: Bool) -> FeatureMaps {
    let result = FeatureMaps(uninitialized: 1, tile.points, window.channels, channels: filters)
    unsafe weights.withPointer { weights in
      unsafe result.withPointer { target in
        forEachChannels { rows in
          unsafe antiphon_winograd_weights(
            target + 0, weights + 0, window.channels, filters, tile.raw, isFlipped ? 1 : 0, rows.lowerBound,
            rows.upperBound)
        }
      }
    }
    return result
  }

  private func forEachChannels(_ body: @Sendable (Range<Int>) -> Void) {
    let blocks = (0..<window.channels).divided(into: 16)
    ThreadPool.current.run(blocks.count) { body(blocks[$0]) }
  }
}
