internal import Foundation

/// How long the header of a WAV file says that the file is: ffmpeg reads one that was cut off as if it were whole.
struct WaveHeader {
  /// What programs that write to a pipe, and cannot know the length, put there is this or more: it promises nothing.
  private static let leastPlaceholder = 0x7fff_f000

  private let promised: Int
  private let found: Int

  /// Reads the file's first bytes; `nil` if it is no WAV file, or tells no length.
  init?(_ path: String) {
    guard let file = FileHandle(forReadingAtPath: path), let head = try? file.read(upToCount: 8), head.count == 8,
      head.starts(with: "RIFF".utf8), let end = try? file.seekToEnd()
    else { return nil }
    let size = head.dropFirst(4).reversed().reduce(0) { $0 << 8 | Int($1) }
    guard size < Self.leastPlaceholder else { return nil }
    (promised, found) = (8 + size, Int(end))
  }

  /// What is missing, in a line. A last byte that makes the length even is not.
  var damage: String? {
    promised > found + 1 ? "it ends early: its header promises \(promised) bytes, \(found) are there" : nil
  }
}
