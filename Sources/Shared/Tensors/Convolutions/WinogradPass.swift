internal import Kernels

/// A way through Winograd's three steps, from maps of `inputs` channels to maps of `outputs`.
struct WinogradPass: Sendable {
  private let window: Window
  private let tile: ConvolutionMethod.Tile
  private let inputs: Int
  private let outputs: Int
  /// The tiles above each other in an image, and beside each other.
  let bands: Int
  let tilesInBand: Int

  var tiles: Int { bands * tilesInBand }

  init(_ window: Window, _ tile: ConvolutionMethod.Tile, inputs: Int, outputs: Int) {
    self.window = window
    self.tile = tile
    self.inputs = inputs
    self.outputs = outputs
    bands = (window.output.height + tile.outputs.height - 1) / tile.outputs.height
    tilesInBand = (window.output.width + tile.outputs.width - 1) / tile.outputs.width
  }

  /// About as many values of tiles as may lie in the last level of cache.
  private static let valuesInGroup = 3 << 19

  /// Images in groups, as many as stay in cache.
  func groups(of batch: Int) -> [Range<Int>] {
    let values = tiles * tile.points * (inputs + outputs)
    return (0..<batch).divided(into: batch / max(1, min(batch, Self.valuesInGroup / values)))
  }

  /// - Parameters:
  ///   - weights: At the tile's points, `[points, inputs, outputs]`, or `[points, outputs, inputs]` where transposed.
  ///   - finish: Called with each band's number and pixels when these are computed, and still in cache.
  func run(
    _ x: Features, _ weights: FeatureMaps, areWeightsTransposed: Bool, into y: FeatureMaps, adding: Bool,
    finish: @Sendable (Int, Range<Int>) -> Void
  ) {
    for images in groups(of: x.maps.batch) {
      let count = images.count * tiles
      let values = WinogradValues(tile, tiles: count, channels: inputs)
      let products = WinogradValues(tile, tiles: count, channels: outputs)
      ThreadPool.current.run(images.count * bands) { index in
        values.read(
          x, window, image: images.lowerBound + index / bands, band: index % bands, firstTile: index * tilesInBand)
      }
      let blocks = (0..<count).divided(into: tile.points < 8 ? 2 : 1)
      ThreadPool.current.run(tile.points * blocks.count) { index in
        let (point, rows) = (index / blocks.count, blocks[index % blocks.count])
        unsafe weights.withPointer { weights in
          unsafe values.withMatrix(ofPoint: point) { matrix in
            unsafe products.withMutableMatrix(ofPoint: point) { target, pitch in
              unsafe multiply(
                rows.count, outputs, inputs,
                MatrixView(base: matrix.base + rows.lowerBound * matrix.pitch, pitch: matrix.pitch),
                MatrixView(
                  base: weights + point * inputs * outputs, pitch: areWeightsTransposed ? inputs : outputs,
                  isTransposed: areWeightsTransposed),
                into: target + rows.lowerBound * pitch, pitch: pitch)
            }
          }
        }
      }
      ThreadPool.current.run(images.count * bands) { index in
        let (image, band) = (images.lowerBound + index / bands, index % bands)
        products.write(
          to: y, window, image: image, band: band, firstTile: index * tilesInBand, adding: adding)
        let top = image * window.output.height + band * tile.outputs.height
        let bottom = min(top + tile.outputs.height, (image + 1) * window.output.height)
        finish(image * bands + band, top * window.output.width..<bottom * window.output.width)
      }
    }
  }
}
