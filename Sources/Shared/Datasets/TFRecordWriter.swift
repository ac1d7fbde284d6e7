internal import Foundation

/// Writes a TFRecord file record by record; see `TFRecordReader` for the bytes.
public struct TFRecordWriter: ~Copyable {
  public let path: String
  private let file: FileHandle

  /// Creates the file, or empties it.
  ///
  /// - Throws: `DatasetError.unwritable`.
  public init(path: String) throws(DatasetError) {
    file = try writing(path) {
      try Data().write(to: URL(filePath: path))
      return try FileHandle(forWritingTo: URL(filePath: path))
    }
    self.path = path
  }

  /// Appends one record.
  ///
  /// - Returns: The number of bytes by which the file has grown.
  @discardableResult
  public func append(_ data: [UInt8]) throws(DatasetError) -> Int {
    let length = littleEndian(UInt64(data.count), bytes: 8)
    var record = length + littleEndian(UInt64(maskedChecksum(of: length[...])), bytes: 4)
    record.reserveCapacity(16 + data.count)
    record += data
    record += littleEndian(UInt64(maskedChecksum(of: data[...])), bytes: 4)
    try writing(path) { try file.write(contentsOf: record) }
    return record.count
  }

  /// Brings everything to the disk and closes the file.
  public consuming func finish() throws(DatasetError) {
    try writing(path) {
      try file.synchronize()
      try file.close()
    }
  }
}

private func littleEndian(_ value: UInt64, bytes: Int) -> [UInt8] {
  (0..<bytes).map { UInt8(truncatingIfNeeded: value >> (8 * UInt64($0))) }
}
