internal import Foundation
internal import Glibc
internal import Processes

/// A program of this machine at work on what strangers sent: in a process group of its own, without our environment and our
/// files, within limits that the kernel keeps (`prlimit`), and without a network where that is permitted (`unshare`).
final class BoxedProgram {
  struct Limits {
    var cpuSeconds = 900
    var memoryBytes = 2 << 30
    /// For a file that it writes.
    var fileBytes = 1 << 20
    var hasNetwork = false
  }

  /// Of what it says on standard error only the last is kept: of damaged media, there is no end of it.
  private static let mostSaid = 4_096

  private let process: ChildProcess
  private var output: ProcessPipe
  private var errors: ProcessPipe
  private var said: [UInt8] = []
  /// Whether it can say nothing more.
  private var isSilent = false

  /// - Parameter folder: Its home, and what it takes for temporary files.
  init(_ command: [String], in folder: String, _ limits: Limits = Limits()) throws(MediaError) {
    do throws(ProcessError) {
      output = try ProcessPipe()
      errors = try ProcessPipe()
      process = try ChildProcess(
        Self.boxed(command, limits), environment: Self.environment(in: folder), output: output.writer,
        errors: errors.writer)
    } catch { throw MediaError(.missingProgram, error.description) }
    output.closeWriter()
    errors.closeWriter()
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
    ] + (limits.hasNetwork ? [] : networkRemoval) + ["setpriv", "--pdeathsig", "KILL", "--"] + command
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
    let deadline = ContinuousClock.now + .seconds(seconds)
    while ContinuousClock.now < deadline {
      let isReady = Self.isReady([spokenErrors, output.reader], within: 0.5)
      if isReady[0] { hearErrors() }
      if isReady[1] { return output.read() }
    }
    throw MediaError(.beyondLimits, "expected the next sound within \(seconds) s, the decoder gave none")
  }

  /// Takes what it says on standard error: who does not listen keeps it from going on.
  ///
  /// - Returns: Whether there was something within the time.
  @discardableResult func listen(within seconds: Double) -> Bool {
    let isReady = Self.isReady([spokenErrors], within: seconds)[0]
    if isReady { hearErrors() }
    return isReady
  }

  /// None once it has ended.
  private var spokenErrors: Int32 { isSilent ? -1 : errors.reader }

  private func hearErrors() {
    let new = errors.read()
    isSilent = new.isEmpty
    said = (said + new).suffix(Self.mostSaid)
  }

  /// Waits until at least one of some descriptors can be read, or has ended.
  private static func isReady(_ descriptors: [Int32], within seconds: Double) -> [Bool] {
    var waiting = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
    let count = unsafe poll(&waiting, nfds_t(waiting.count), Int32(seconds * 1000))
    return waiting.map { count > 0 && $0.revents != 0 }
  }

  /// How it ended; `nil` while it works.
  var ending: ProcessEnding? { process.ending }

  /// Waits for its end.
  func waitForEnd() -> ProcessEnding {
    while process.ending == nil, !isSilent { listen(within: 0.1) }
    let ending = process.waitForEnd()
    while listen(within: 0) {}
    return ending
  }

  /// Whether there are words in what it said last on standard error.
  func hasSaid(_ words: String) -> Bool { String(decoding: said, as: UTF8.self).contains(words) }

  /// The last line that it said on standard error, without its own addresses and the name of a file.
  func complaint(about file: String) -> String? {
    let lines = String(decoding: said, as: UTF8.self).split(whereSeparator: \.isNewline)
    let line = lines.last { !$0.contains("Last message repeated") }.map(String.init)
    return line.map { line in
      var text = line.replacing(#/^\[[^\]]* @ 0x[0-9a-f]+\] /#, with: "")
      for name in ["file:\(file): ", "\(file): "] where text.hasPrefix(name) { text.removeFirst(name.count) }
      return text.replacing("file:\(file)", with: "it").replacing(file, with: "it").short
    }
  }
}
