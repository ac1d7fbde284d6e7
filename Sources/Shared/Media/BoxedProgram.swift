internal import Foundation
internal import Glibc

/// A program of this machine at work on what strangers sent: in a process group of its own, without our environment and our
/// files, within limits that the kernel keeps (`prlimit`), and without a network where that is permitted (`unshare`).
final class BoxedProgram {
  struct Limits {
    var cpuSeconds = 900
    var memoryBytes = 2 << 30
    /// For a file that it writes; what it says on standard error is one.
    var fileBytes = 1 << 20
    var hasNetwork = false
  }

  private let process: SpawnedProcess
  /// The end of a pipe to which it writes.
  private let output: Int32
  private let errors: String

  /// - Parameter folder: Where what it says on standard error goes.
  init(_ command: [String], in folder: String, _ limits: Limits = Limits()) throws(MediaError) {
    var ends: [Int32] = [0, 0]
    guard unsafe pipe(&ends) == 0 else {
      throw MediaError(.missingProgram, "cannot start \(command[0]): \(unsafe String(cString: strerror(errno)))")
    }
    defer { close(ends[1]) }
    for end in ends { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    do throws(MediaError) {
      process = try SpawnedProcess(
        Self.boxed(command, limits), output: ends[1], errors: "\(folder)/errors", folder: folder)
    } catch {
      close(ends[0])
      throw error
    }
    output = ends[0]
    errors = "\(folder)/errors"
  }

  deinit { close(output) }

  private static func boxed(_ command: [String], _ limits: Limits) -> [String] {
    [
      "prlimit", "--cpu=\(limits.cpuSeconds)", "--as=\(limits.memoryBytes)", "--fsize=\(limits.fileBytes)", "--core=0",
      "--nofile=64", "--",
    ] + (limits.hasNetwork ? [] : networkRemoval) + command
  }

  /// What takes a program's network away; nothing where this process may not do that.
  static let networkRemoval: [String] = {
    let ways = [["unshare", "--net", "--"], ["unshare", "--net", "--map-root-user", "--"]]
    return ways.first { way in
      let process = try? SpawnedProcess(way + ["true"], output: STDERR_FILENO, errors: "/dev/null", folder: "/")
      return process?.waitForEnd() == .exit(0)
    } ?? []
  }()

  /// Where a program is, on the PATH.
  static func path(of name: String) -> String? {
    let folders = (ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin").split(separator: ":")
    return folders.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Waits for what it writes.
  ///
  /// - Returns: At least one byte; none at the end.
  func read(within seconds: Int) throws(MediaError) -> [UInt8] {
    var waiting = pollfd(fd: output, events: Int16(POLLIN), revents: 0)
    while true {
      let ready = unsafe poll(&waiting, 1, Int32(seconds * 1000))
      if ready < 0, errno == EINTR { continue }
      guard ready > 0 else {
        throw MediaError(.beyondLimits, "expected the next sound within \(seconds) s, the decoder gave none")
      }
      let bytes = unsafe [UInt8](unsafeUninitializedCapacity: 65_536) { buffer, count in
        count = unsafe max(0, Glibc.read(output, buffer.baseAddress, buffer.count))
      }
      return bytes
    }
  }

  /// How it ended; `nil` while it works.
  var ending: SpawnedProcess.Ending? { process.ending }

  /// Waits for its end.
  func waitForEnd() -> SpawnedProcess.Ending { process.waitForEnd() }

  /// The last line that it said on standard error, with other words for a file.
  func complaint(about file: String) -> String? {
    let text = FileManager.default.contents(atPath: errors).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let line = text.split(whereSeparator: \.isNewline).last.map(String.init)
    return line.map { $0.replacing("file:\(file)", with: "it").replacing(file, with: "it").short }
  }
}
