internal import Kernels

/// The values of some tiles at their points: for each point a matrix `[tiles, channels]`.
struct WinogradValues: Sendable {
  let tiles: Int
  private let tile: ConvolutionMethod.Tile
  private let channels: Int
  /// Not a power of two: rows and points that are one apart would fall on the same lines of the cache.
  private let pitch: Int
  private let pointPitch: Int
  private let memory: FeatureMaps

  init(_ tile: ConvolutionMethod.Tile, tiles: Int, channels: Int) {
    self.tile = tile
    self.tiles = tiles
    self.channels = channels
    pitch = channels.roundedUp(to: 16) + 16
    pointPitch = tiles * pitch + 80
    memory = FeatureMaps(uninitialized: 1, 1, tile.points, channels: pointPitch)
  }

  /// Transforms the inputs of a band of tiles.
  func read(_ x: Features, _ window: Window, image: Int, band: Int, firstTile: Int) {
    unsafe memory.withPointer { target in
      unsafe x.withSource { source in
        unsafe antiphon_winograd_input(
          target + firstTile * pitch, pointPitch, pitch, source.raw, channels, tile.raw, window.raw, image,
          Int32(band))
      }
    }
  }

  /// Transforms the gradients of the outputs of a band of tiles.
  func readSlopes(_ dy: Features, _ window: Window, image: Int, band: Int, firstTile: Int) {
    unsafe memory.withPointer { target in
      unsafe dy.withSource { source in
        unsafe antiphon_winograd_output_gradient(
          target + firstTile * pitch, pointPitch, pitch, source.raw, channels, tile.raw, window.raw, image,
          Int32(band))
      }
    }
  }

  /// Transforms a band of tiles back to outputs.
  func write(to y: FeatureMaps, _ window: Window, image: Int, band: Int, firstTile: Int, adding: Bool) {
    unsafe memory.withPointer { values in
      unsafe y.withPointer { target in
        unsafe antiphon_winograd_output(
          target + 0, y.pitch, adding ? 1 : 0, values + firstTile * pitch, pointPitch, pitch, channels, tile.raw,
          window.raw, image, Int32(band))
      }
    }
  }

  @unsafe func withMatrix(ofPoint point: Int, _ body: (MatrixView) -> Void) {
    unsafe memory.withPointer { unsafe body(MatrixView(base: $0 + point * pointPitch, pitch: pitch)) }
  }

  @unsafe func withMutableMatrix(ofPoint point: Int, _ body: (UnsafeMutablePointer<Float>, Int) -> Void) {
    unsafe memory.withPointer { unsafe body($0 + point * pointPitch, pitch) }
  }
}
