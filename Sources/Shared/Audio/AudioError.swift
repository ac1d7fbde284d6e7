/// Why sound could not be read or written; each prints as one line that names the file.
public enum AudioError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file is not there, may not be read, or is not a regular file.
  case cannotOpen(path: String, reason: String)
  /// The file was read, but libsndfile knows no such format, or its header contradicts itself.
  case notSound(path: String, reason: String)
  /// The header promises something that no recording has.
  case absurdHeader(path: String, field: String, value: Int, expected: ClosedRange<Int>)
  /// The file holds no sample.
  case empty(path: String)
  /// The sound breaks off or makes no sense from `second` on.
  case damaged(path: String, second: Double, reason: String)
  /// The part that was asked for lies outside the recording.
  case outside(path: String, start: Double, end: Double?, duration: Double)
  /// The file could not be created, or not be written to its end.
  case cannotWrite(path: String, reason: String)
  /// A library refused to work at all, as for want of memory.
  case library(call: String, reason: String)

  public var description: String {
    switch self {
    case .cannotOpen(let path, let reason): "\(path): expected a sound file, but cannot open it: \(reason)"
    case .notSound(let path, let reason):
      "\(path): expected WAV, FLAC, Ogg Vorbis, Opus, MP3, AIFF or CAF, but libsndfile says: \(reason)"
    case .absurdHeader(let path, let field, let value, let expected):
      "\(path): expected \(expected.lowerBound) to \(expected.upperBound) as \(field), the header says \(value)"
    case .empty(let path): "\(path): expected sound, but it has no sample"
    case .damaged(let path, let second, let reason): "\(path): damaged at \(milliseconds(second)) s: \(reason)"
    case .outside(let path, let start, let end, let duration):
      "\(path): asked for \(milliseconds(start)) s to \(end.map { "\(milliseconds($0)) s" } ?? "the end"), "
        + "but it has \(milliseconds(duration)) s"
    case .cannotWrite(let path, let reason): "\(path): cannot write: \(reason)"
    case .library(let call, let reason): "\(call) failed: \(reason)"
    }
  }

  private func milliseconds(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }
}
