internal import Foundation

/// A file of JSON objects, one a line, that is only ever added to.
///
/// A line is written at once. What a crash left of a torn last line is never read, and is cut off at the next opening.
public struct RunRecord: ~Copyable {
  private let file: FileHandle
  private let path: String
  private let encoder: JSONEncoder

  /// Opens a record to add to it, or creates it. It has one writer at a time.
  public init(appendingTo path: String) throws(RunRecordError) {
    file = try Self.open(path)
    self.path = path
    encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
  }

  private static func open(_ path: String) throws(RunRecordError) -> FileHandle {
    do {
      if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(filePath: path)) }
      let file = try FileHandle(forUpdating: URL(filePath: path))
      try file.truncate(atOffset: wholeLinesLength(of: file))
      return file
    } catch { throw RunRecordError("cannot open \(path) to write: \(error.localizedDescription)") }
  }

  /// Adds an object as a line.
  public func append(_ object: some Encodable) throws(RunRecordError) {
    do {
      try file.write(contentsOf: encoder.encode(object) + [newline])
    } catch { throw RunRecordError("cannot write \(path): \(error)") }
  }

  /// The objects of a record, in their order; none if the file is not there.
  public static func read<Object: Decodable>(_ type: Object.Type, at path: String) throws(RunRecordError) -> [Object] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    do {
      let data = try Data(contentsOf: URL(filePath: path))
      let whole = data.lastIndex(of: newline).map { data[...$0] } ?? Data()
      let decoder = JSONDecoder()
      return try whole.split(separator: newline).map { try decoder.decode(type, from: $0) }
    } catch { throw unreadable(path, error) }
  }

  private static func unreadable(_ path: String, _ error: any Error) -> RunRecordError {
    guard error is DecodingError else { return RunRecordError("cannot read \(path): \(error.localizedDescription)") }
    return RunRecordError("cannot read \(path): expected a JSON object of its kind on each line, one is something else")
  }

  /// The last object of a record; `nil` if there is none.
  public static func last<Object: Decodable>(_ type: Object.Type, at path: String) throws(RunRecordError) -> Object? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    do {
      let end = try wholeLinesLength(of: file)
      guard end > 0 else { return nil }
      var start = end - 1
      var line = Data()
      while start > 0, !line.contains(newline) {
        let piece = min(start, 4096)
        start -= piece
        try file.seek(toOffset: start)
        line = try file.read(upToCount: Int(piece))! + line
      }
      return try JSONDecoder().decode(type, from: line.split(separator: newline).last ?? Data())
    } catch { throw unreadable(path, error) }
  }

  /// The number of bytes up to the end of the last whole line.
  private static func wholeLinesLength(of file: FileHandle) throws -> UInt64 {
    var end = try file.seekToEnd()
    while end > 0 {
      let piece = min(end, 4096)
      try file.seek(toOffset: end - piece)
      let data = try file.read(upToCount: Int(piece)) ?? Data()
      if let last = data.lastIndex(of: newline) { return end - piece + UInt64(last - data.startIndex) + 1 }
      end -= piece
    }
    return 0
  }
}

private let newline = UInt8(ascii: "\n")

/// Why a record could not be read or written, in one line.
public struct RunRecordError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
