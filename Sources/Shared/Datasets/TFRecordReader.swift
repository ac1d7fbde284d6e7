internal import Foundation
internal import Tensors

/// The records of a TFRecord file, one after the other.
///
/// Little-endian: length u64 · masked CRC-32C of the length u32 · data · masked CRC-32C of the data u32
/// (tensorflow/core/lib/io/record_writer.h). Both checksums are checked, and a length is believed only if the file has
/// as many bytes left.
public struct TFRecordReader: ~Copyable {
  public let path: String
  /// Where the next record begins, in bytes from the file's start.
  public private(set) var offset = 0
  private let size: Int
  private let file: FileHandle

  /// - Throws: `DatasetError.unreadable`.
  public init(path: String) throws(DatasetError) {
    let (file, size) = try reading(path) {
      let file = try FileHandle(forReadingFrom: URL(filePath: path))
      let size = try file.seekToEnd()
      try file.seek(toOffset: 0)
      return (file, Int(size))
    }
    (self.path, self.file, self.size) = (path, file, size)
  }

  /// The next record's data, or nothing at the file's end.
  ///
  /// - Throws: `DatasetError.damaged` with the offset of the record at fault.
  public mutating func next() throws(DatasetError) -> [UInt8]? {
    guard offset < size else { return nil }
    let remaining = size - offset
    guard remaining >= 16 else { throw damaged("a record has at least 16 bytes, \(remaining) are left") }
    let header = try read(12)
    guard littleEndian(header[8..<12]) == UInt64(maskedChecksum(of: header[..<8])) else {
      throw damaged("the checksum of the record's length is wrong")
    }
    let length = littleEndian(header[..<8])
    guard length <= UInt64(remaining - 16) else {
      throw damaged("a record of \(length) bytes begins here, the file has \(remaining - 12) left")
    }
    var data = try read(Int(length) + 4)
    let checksum = littleEndian(data[Int(length)...])
    data.removeLast(4)
    guard checksum == UInt64(maskedChecksum(of: data[...])) else {
      throw damaged("the checksum of the record's \(length) bytes is wrong")
    }
    offset += 16 + Int(length)
    return data
  }

  private func read(_ count: Int) throws(DatasetError) -> [UInt8] {
    let data = try reading(path) { try file.read(upToCount: count) ?? Data() }
    guard data.count == count else { throw damaged("\(count) bytes were expected, the file ended after \(data.count)") }
    return [UInt8](data)
  }

  private func damaged(_ reason: String) -> DatasetError { .damaged(path: path, offset: offset, reason: reason) }
}

private func littleEndian(_ bytes: ArraySlice<UInt8>) -> UInt64 {
  bytes.reversed().reduce(0) { $0 << 8 | UInt64($1) }
}

/// A CRC-32C, rotated and offset so that a checksum of bytes that hold checksums stays a good one.
func maskedChecksum(of bytes: ArraySlice<UInt8>) -> UInt32 { Checksum(of: bytes).masked }

extension Checksum {
  /// As `maskedChecksum` has it.
  var masked: UInt32 { (value >> 15 | value << 17) &+ 0xa282_ead8 }
}
