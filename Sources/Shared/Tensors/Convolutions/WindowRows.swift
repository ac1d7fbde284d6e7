internal import Kernels

/// What a window sees of some images: a matrix with a row for each place, of `window.depth` values.
struct WindowRows: Sendable {
  private let x: Features
  private let window: Window
  private let images: Range<Int>
  /// The rows, where they are not the maps themselves.
  private let scratch: FeatureMaps?
  /// The images with nothing pending, for a window that sees more than a pixel.
  private let plain: (maps: FeatureMaps, firstImage: Int)?

  init(_ x: Features, _ window: Window, _ images: Range<Int>) {
    self.x = x
    self.window = window
    self.images = images
    let isDirect = window.isPointwise && x.pending == nil
    scratch =
      isDirect ? nil : FeatureMaps(uninitialized: 1, 1, images.count * window.places, channels: window.depth)
    if window.kernel == .init(1, 1) {
      plain = nil
    } else if x.pending == nil {
      plain = (x.maps, 0)
    } else {
      plain = (Self.read(x, images), images.lowerBound)
    }
  }

  /// Lays out some rows, counted from the first image's first place. Blocks of rows may be laid out on several threads.
  func prepare(_ rows: Range<Int>) {
    guard let scratch else { return }
    unsafe scratch.withPointer { target in
      guard let plain else {
        return unsafe x.withSource { source in
          unsafe antiphon_read_places(
            target + rows.lowerBound * window.depth, window.depth, source.raw, window.raw,
            images.lowerBound * window.places + rows.lowerBound, rows.count)
        }
      }
      unsafe plain.maps.withPointer { pixels in
        for image in rows.lowerBound / window.places...(rows.upperBound - 1) / window.places {
          let places = rows.clamped(to: image * window.places..<(image + 1) * window.places)
          let position = images.lowerBound - plain.firstImage + image
          unsafe antiphon_unfold(
            target + places.lowerBound * window.depth, pixels + position * plain.maps.area * plain.maps.pitch,
            plain.maps.pitch, window.raw, places.lowerBound - image * window.places, places.count)
        }
      }
    }
  }

  /// The matrix of some rows that are laid out.
  @unsafe func withMatrix(_ rows: Range<Int>, _ body: (MatrixView) -> Void) {
    if let scratch {
      unsafe scratch.withPointer {
        unsafe body(MatrixView(base: $0 + rows.lowerBound * window.depth, pitch: window.depth))
      }
    } else {
      let place = images.lowerBound * window.places + rows.lowerBound
      unsafe x.maps.withPointer { unsafe body(MatrixView(base: $0 + place * x.maps.pitch, pitch: x.maps.pitch)) }
    }
  }

  private static func read(_ x: Features, _ images: Range<Int>) -> FeatureMaps {
    let maps = FeatureMaps(uninitialized: images.count, x.maps.height, x.maps.width, channels: x.maps.channels)
    let first = images.lowerBound * x.maps.area
    unsafe x.withSource { source in
      unsafe maps.withPointer { target in
        maps.forEachBlock { _, pixels in
          unsafe antiphon_read(
            target + pixels.lowerBound * maps.pitch, maps.pitch, source.raw, first + pixels.lowerBound,
            pixels.count, maps.channels)
        }
      }
    }
    return maps
  }
}
