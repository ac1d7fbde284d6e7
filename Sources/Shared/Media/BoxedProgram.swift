internal import Foundation
internal import Glibc
internal import Processes

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

  private let process: ChildProcess
  private var output: ProcessPipe
  /// The file for what it says on standard error.
  private let errors: String

  /// - Parameter folder: Where what it says on standard error goes; its home, and what it takes for temporary files.
  init(_ command: [String], in folder: String, _ limits: Limits = Limits()) throws(MediaError) {
    errors = "\(folder)/errors"
    let descriptor = unsafe open(errors, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw MediaError(.missingProgram, "cannot start \(command[0]): \(unsafe String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    do throws(ProcessError) {
      output = try ProcessPipe()
      process = try ChildProcess(
        Self.boxed(command, limits), environment: Self.environment(in: folder), output: output.writer,
        errors: descriptor)
    } catch { throw MediaError(.missingProgram, error.description) }
    output.closeWriter()
  }

  deinit { process.endGroup() }

  private static func environment(in folder: String) -> [String: String] {
    ["PATH": searchPath, "HOME": folder, "TMPDIR": folder, "LC_ALL": "C.UTF-8"]
  }

  private static var searchPath: String { ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin" }

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
      guard let process = try? ChildProcess(way + ["true"], environment: environment(in: "/")) else { return false }
      return !process.waitForEnd().isFailure
    } ?? []
  }()

  /// Where a program is, on the PATH.
  static func path(of name: String) -> String? {
    searchPath.split(separator: ":").map { "\($0)/\(name)" }
      .first { FileManager.default.isExecutableFile(atPath: $0) }
  }

  /// Waits for what it writes.
  ///
  /// - Returns: At least one byte; none at the end.
  func read(within seconds: Int) throws(MediaError) -> [UInt8] {
    var waiting = pollfd(fd: output.reader, events: Int16(POLLIN), revents: 0)
    while true {
      let ready = unsafe poll(&waiting, 1, Int32(seconds * 1000))
      if ready < 0, errno == EINTR { continue }
      guard ready > 0 else {
        throw MediaError(.beyondLimits, "expected the next sound within \(seconds) s, the decoder gave none")
      }
      return output.read()
    }
  }

  /// How it ended; `nil` while it works.
  var ending: ProcessEnding? { process.ending }

  /// Waits for its end.
  func waitForEnd() -> ProcessEnding { process.waitForEnd() }

  /// The last line that it said on standard error, without its own addresses and the name of a file.
  func complaint(about file: String) -> String? {
    let text = FileManager.default.contents(atPath: errors).map { String(decoding: $0, as: UTF8.self) } ?? ""
    let line = text.split(whereSeparator: \.isNewline).last.map(String.init)
    return line.map { line in
      var text = line.replacing(#/^\[[^\]]* @ 0x[0-9a-f]+\] /#, with: "")
      for name in ["file:\(file): ", "\(file): "] where text.hasPrefix(name) { text.removeFirst(name.count) }
      return text.replacing("file:\(file)", with: "it").replacing(file, with: "it").short
    }
  }
}
