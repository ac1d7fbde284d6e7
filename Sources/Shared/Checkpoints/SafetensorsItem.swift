/// What the header of a safetensors file says of one tensor.
struct SafetensorsItem: Codable, Sendable {
  enum CodingKeys: String, CodingKey {
    case type = "dtype"
    case shape
    case bytes = "data_offsets"
  }

  let type: String
  let shape: [Int]
  /// Where its values begin and end in the data.
  let bytes: [Int]

  /// The bytes that its values take, of so many each; `nil` if they are more than `limit`, or none.
  func size(ofValues valueBytes: Int, within limit: Int) -> Int? {
    var size = valueBytes
    for extent in shape {
      let (product, isTooLarge) = size.multipliedReportingOverflow(by: extent)
      guard extent > 0, !isTooLarge else { return nil }
      size = product
    }
    return size <= limit ? size : nil
  }
}
