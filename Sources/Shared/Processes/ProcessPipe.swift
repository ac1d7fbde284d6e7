internal import Glibc

/// A pipe between this process and one that it starts.
public struct ProcessPipe: ~Copyable {
  public let reader: Int32
  public let writer: Int32
  private var isReaderOpen = true
  private var isWriterOpen = true

  public init() throws(ProcessError) {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else { throw ProcessError("cannot make a pipe", errno) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    (reader, writer) = (ends[0], ends[1])
  }

  deinit {
    if isReaderOpen { close(reader) }
    if isWriterOpen { close(writer) }
  }

  /// Leaves reading to the other process: writing fails once that one has ended.
  public mutating func closeReader() {
    if isReaderOpen { close(reader) }
    isReaderOpen = false
  }

  /// Leaves writing to the other process: reading comes to an end once that one has ended.
  public mutating func closeWriter() {
    if isWriterOpen { close(writer) }
    isWriterOpen = false
  }

  /// Waits for what is written.
  ///
  /// - Returns: At least one byte; none at the end, and none of a pipe that does not wait and is empty.
  public func read() -> [UInt8] {
    unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
      var result = 0
      repeat {
        unsafe result = Glibc.read(reader, buffer.baseAddress, buffer.count)
      } while result < 0 && errno == EINTR
      count = max(0, result)
    }
  }

  /// Waits for all that is written, until the other process closes its end.
  public func readToEnd() -> [UInt8] {
    var all: [UInt8] = []
    while true {
      let bytes = read()
      if bytes.isEmpty { return all }
      all += bytes
    }
  }

  /// Writes all of a text. Where SIGPIPE is not ignored, a reader that has ended is the end of this process too.
  public func write(_ text: String) throws(ProcessError) {
    let bytes = Array(text.utf8)
    var written = 0
    while written < bytes.count {
      let count = unsafe bytes[written...].withUnsafeBytes { unsafe Glibc.write(writer, $0.baseAddress, $0.count) }
      if count < 0, errno == EINTR { continue }
      guard count >= 0 else { throw ProcessError("cannot write to a pipe", errno) }
      written += count
    }
  }
}
