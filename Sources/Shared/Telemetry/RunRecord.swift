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
  ///
  /// - Parameter skipping: Is told of each line that holds no such object, as a damaged disk or an editor leaves it: it is
  ///   as if it were not there.
  public static func read<Object: Decodable>(
    _ type: Object.Type, at path: String, skipping: (RunRecordError) -> Void = { _ in }
  ) throws(RunRecordError) -> [Object] {
    guard FileManager.default.fileExists(atPath: path) else { return [] }
    let data: Data
    do {
      data = try Data(contentsOf: URL(filePath: path))
    } catch { throw unreadable(path, error) }
    var objects: [Object] = []
    // The last one is torn, or empty.
    let lines = data.split(separator: newline, omittingEmptySubsequences: false).dropLast()
    for (index, line) in lines.enumerated() where !line.isEmpty {
      if let object = try? JSONDecoder().decode(type, from: line) {
        objects.append(object)
      } else {
        skipping(RunRecordError("\(path), line \(index + 1): expected a JSON object of its kind; the line is skipped"))
      }
    }
    return objects
  }

  private static func unreadable(_ path: String, _ error: any Error) -> RunRecordError {
    RunRecordError("cannot read \(path): \(error.localizedDescription)")
  }

  /// The last object of a record, damaged lines behind it left aside; `nil` if there is no line.
  ///
  /// - Throws: `RunRecordError` if no line holds such an object.
  public static func last<Object: Decodable>(_ type: Object.Type, at path: String) throws(RunRecordError) -> Object? {
    guard let file = FileHandle(forReadingAtPath: path) else { return nil }
    var hasLines = false
    do {
      var start = try wholeLinesLength(of: file)
      var rest = Data()  // the end of a line whose beginning is still to be read
      while start > 0 {
        let piece = min(start, 4096)
        start -= piece
        try file.seek(toOffset: start)
        var lines = ((try file.read(upToCount: Int(piece)) ?? Data()) + rest)
          .split(separator: newline, omittingEmptySubsequences: false)
        rest = start > 0 ? Data(lines.removeFirst()) : Data()
        for line in lines.reversed() where !line.isEmpty {
          if let object = try? JSONDecoder().decode(type, from: line) { return object }
          hasLines = true
        }
      }
    } catch { throw unreadable(path, error) }
    guard !hasLines else {
      throw RunRecordError("cannot read \(path): expected a JSON object of its kind on a line, there is none")
    }
    return nil
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
