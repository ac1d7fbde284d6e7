internal import CPNG
internal import Foundation

/// A picture of values that a colour map gives colours.
public struct Picture: Equatable, Sendable {
  public let width: Int
  public let height: Int
  /// `[height, width]`, the top row first.
  public let values: [UInt8]

  /// - Precondition: There is a value for each place, and at least one.
  public init(width: Int, height: Int, values: [UInt8]) {
    precondition(width > 0 && height > 0 && values.count == width * height, "a value for each place of the picture")
    self.width = width
    self.height = height
    self.values = values
  }

  /// The bytes of a PNG file with a palette (`png_image_write_to_memory`).
  public func png(_ map: ColourMap) -> [UInt8] {
    var image = unsafe png_image()
    unsafe image.version = png_uint_32(PNG_IMAGE_VERSION)
    unsafe image.width = png_uint_32(width)
    unsafe image.height = png_uint_32(height)
    unsafe image.format = png_uint_32(PNG_FORMAT_FLAG_COLORMAP | PNG_FORMAT_FLAG_COLOR)
    unsafe image.colormap_entries = 256
    let palette = map.colours.flatMap { [$0.red, $0.green, $0.blue] }
    // Eight bits a value do not grow by more than that, with a head and the palette.
    var size = values.count + values.count / 8 + 4096
    var bytes = [UInt8](repeating: 0, count: size)
    let isWritten = unsafe png_image_write_to_memory(&image, &bytes, &size, 0, values, 0, palette)
    precondition(isWritten != 0, "libpng writes whatever has a size, into memory that is large enough")
    return Array(bytes[..<size])
  }

  /// The picture as an address of itself, for a page without other files.
  public func address(_ map: ColourMap) -> String { "data:image/png;base64," + Data(png(map)).base64EncodedString() }
}
