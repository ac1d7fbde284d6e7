internal import Foundation
internal import Records
internal import Tensors

/// The records of a TFRecord file, one after the other.
///
/// Both checksums of a record (`TFRecordFrame`) are checked, and a length is believed only if the file has as many bytes
/// left. After a damaged record it goes on behind it, where its length is whole; else it is at the file's end.
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
    let start = offset
    let remaining = size - start
    offset = size
    func damaged(_ reason: String) -> DatasetError { .damaged(path: path, offset: start, reason: reason) }
    guard remaining >= 16 else { throw damaged("a record has at least 16 bytes, \(remaining) are left") }
    let header = try read(12, at: start)
    guard let length = TFRecordFrame.length(head: header) else {
      throw damaged("the checksum of the record's length is wrong")
    }
    guard length <= UInt64(remaining - 16) else {
      throw damaged("a record of \(length) bytes begins here, the file has \(remaining - 12) left")
    }
    var data = try read(Int(length) + 4, at: start)
    offset = start + 16 + Int(length)
    let foot = Array(data[Int(length)...])
    data.removeLast(foot.count)
    guard foot == TFRecordFrame.foot(Checksum(of: data[...])) else {
      throw damaged("the checksum of the record's \(length) bytes is wrong")
    }
    return data
  }

  private func read(_ count: Int, at offset: Int) throws(DatasetError) -> [UInt8] {
    let data = try reading(path) { try file.read(upToCount: count) ?? Data() }
    guard data.count == count else {
      throw .damaged(
        path: path, offset: offset, reason: "\(count) bytes were expected, the file ended after \(data.count)")
    }
    return [UInt8](data)
  }
}
