internal import Foundation

/// Reads a record that goes on growing: each time what has come since.
public struct RecordTail<Object: Decodable> {
  /// So much of a long record is decoded at a time.
  private static var pieceBytes: Int { 1 << 20 }

  private let path: String
  private var offset: UInt64 = 0

  public init(_ path: String) { self.path = path }

  /// Hands over what has come since the last time, in its order; nothing while there is no file. Lines that are none of
  /// these objects are passed over.
  public mutating func readNew(_ handle: (Object) -> Void) throws(RunRecordError) {
    guard let file = FileHandle(forReadingAtPath: path) else { return }
    let decoder = JSONDecoder()
    do {
      try file.seek(toOffset: offset)
      var rest = Data()
      while let piece = try file.read(upToCount: Self.pieceBytes), !piece.isEmpty {
        rest += piece
        guard let end = rest.lastIndex(of: newline) else { continue }
        for line in rest[...end].split(separator: newline) {
          if let object = try? decoder.decode(Object.self, from: line) { handle(object) }
        }
        offset += UInt64(end - rest.startIndex + 1)
        rest = Data(rest[(end + 1)...])
      }
    } catch { throw RunRecordError("cannot read \(path): \(error.localizedDescription)") }
  }
}

private let newline = UInt8(ascii: "\n")
