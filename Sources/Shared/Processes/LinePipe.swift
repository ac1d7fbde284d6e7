internal import Glibc

/// A pipe whose lines are read as they come, without waiting.
public struct LinePipe: ~Copyable {
  private var pipe: ProcessPipe
  private var partial: [UInt8] = []

  public init() throws(ProcessError) {
    pipe = try ProcessPipe()
    _ = fcntl(pipe.reader, F_SETFL, O_NONBLOCK)
  }

  public var writer: Int32 { pipe.writer }

  /// Leaves writing to the other process.
  public mutating func closeWriter() { pipe.closeWriter() }

  /// The whole lines that have come.
  public mutating func lines() -> [String] {
    partial += pipe.readToEnd()
    guard let end = partial.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
    defer { partial.removeSubrange(...end) }
    return partial[..<end].split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
  }
}
