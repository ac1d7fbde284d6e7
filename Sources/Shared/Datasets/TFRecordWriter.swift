internal import Foundation
internal import Records
internal import Tensors

/// Writes a TFRecord file record by record; see `TFRecordFrame` for the bytes.
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
  public func append(_ data: [UInt8]) throws -> Int {
    try append(count: data.count) { try $0(data) }
  }

  /// Appends one record whose data come in parts.
  ///
  /// - Parameters:
  ///   - count: The bytes of all parts together.
  ///   - parts: Hands each part to the function that it is given.
  /// - Returns: The number of bytes by which the file has grown.
  func append(count: Int, _ parts: (([UInt8]) throws -> Void) throws -> Void) throws -> Int {
    try write(TFRecordFrame.head(count: count))
    var checksum = Checksum()
    var written = 0
    try parts { part in
      checksum.add(part[...])
      written += part.count
      try write(part)
    }
    precondition(written == count, "a record of \(count) bytes was promised, \(written) came")
    try write(TFRecordFrame.foot(checksum))
    return TFRecordFrame.headBytes + count + TFRecordFrame.footBytes
  }

  private func write(_ bytes: [UInt8]) throws(DatasetError) {
    try writing(path) { try file.write(contentsOf: bytes) }
  }

  /// Brings everything to the disk and closes the file.
  public consuming func finish() throws(DatasetError) {
    try writing(path) {
      try file.synchronize()
      try file.close()
    }
  }
}
