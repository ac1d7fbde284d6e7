internal import Glibc

/// A pipe whose lines are read as they come, without waiting.
struct LinePipe: ~Copyable {
  let writer: Int32
  let reader: Int32
  private var partial: [UInt8] = []

  init() throws(ClusterError) {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else {
      throw ClusterError("cannot make a pipe: \(unsafe String(cString: strerror(errno)))")
    }
    (reader, writer) = (ends[0], ends[1])
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    _ = fcntl(reader, F_SETFL, O_NONBLOCK)
  }

  deinit {
    close(reader)
    close(writer)
  }

  /// The whole lines that have come.
  mutating func lines() -> [String] {
    var block = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = unsafe read(reader, &block, block.count)
      guard count > 0 else { break }
      partial += block[..<count]
    }
    guard let end = partial.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
    defer { partial.removeSubrange(...end) }
    return partial[..<end].split(separator: UInt8(ascii: "\n")).map { String(decoding: $0, as: UTF8.self) }
  }
}
