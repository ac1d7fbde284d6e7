/// The colours of the values 0...255, from the least to the most, for a picture.
public struct ColourMap: Equatable, Sendable {
  struct Colour: Equatable, Sendable {
    let red: UInt8
    let green: UInt8
    let blue: UInt8
  }

  /// One for each value.
  let colours: [Colour]

  /// - Parameter stops: At least two colours, `0xRRGGBB`, at equal distances; between them they are mixed.
  init(stops: [UInt32]) {
    colours = (0...255).map { value in
      let place = Double(value) / 255 * Double(stops.count - 1)
      let first = min(Int(place), stops.count - 2)
      func mixed(_ shift: UInt32) -> UInt8 {
        let (a, b) = (Double(stops[first] >> shift & 255), Double(stops[first + 1] >> shift & 255))
        return UInt8((a + (b - a) * (place - Double(first))).rounded())
      }
      return Colour(red: mixed(16), green: mixed(8), blue: mixed(0))
    }
  }

  /// From nearly black over violet and orange to a light yellow, each lighter than the one before for every eye: nine
  /// colours of matplotlib's `magma`.
  public static let magma = ColourMap(stops: [
    0x000004, 0x1c1044, 0x4f127b, 0x812581, 0xb5367a, 0xe55064, 0xfb8761, 0xfec287, 0xfcfdbf,
  ])
}
