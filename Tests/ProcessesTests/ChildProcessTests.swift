import Foundation
import Processes
import Testing

@Suite struct `A child process` {
  /// What a script says on standard output.
  private func words(of script: String) throws -> String {
    var output = try ProcessPipe()
    let process = try start(script, output: output.writer)
    output.closeWriter()
    let bytes = output.readToEnd()
    #expect(process.waitForEnd() == .exit(0))
    return String(decoding: bytes, as: UTF8.self)
  }

  private func start(_ script: String, output: Int32? = nil) throws -> ChildProcess {
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    return try ChildProcess(["bash", "-c", script], environment: ["PATH": path], output: output)
  }

  @Test(arguments: [0, 1, 75, 255] as [Int32])
  func `tells with what it ended`(_ code: Int32) throws {
    let process = try start("exit \(code)")
    #expect(process.waitForEnd() == .exit(code))
    #expect(process.ending == .exit(code) && process.ending?.isFailure == (code != 0))
  }

  @Test(arguments: [SIGKILL, SIGTERM, SIGHUP])
  func `tells of which signal it ended`(_ signal: Int32) throws {
    let process = try start("exec sleep 60")
    #expect(process.ending == nil)
    process.send(signal)
    #expect(process.waitForEnd() == .signal(signal))
    #expect(process.ending?.isFailure == true)
    process.send(SIGKILL)
    #expect(process.ending == .signal(signal), "what has ended is told nothing")
  }

  @Test func `is heard to end while others that closed all files go on`() throws {
    // So does ssh; Foundation takes it for an end, and waits for it.
    let others = try (0..<3).map { _ in
      try start("for file in $(seq 3 60); do eval \"exec $file>&-\"; done; exec sleep 60")
    }
    defer { for other in others { other.endGroup() } }
    #expect(try start("exit 75").waitForEnd() == .exit(75))
    #expect(others.allSatisfy { $0.ending == nil })
  }

  @Test func `is known to have ended where the system does not tell it`() async {
    await #expect(processExitsWith: .success) {
      signal(SIGCHLD, SIG_IGN)
      let process = try ChildProcess(["/bin/true"], environment: [:])
      try #require(process.waitForEnd() == .unknown)
      try #require(!ProcessEnding.unknown.isFailure)
    }
  }

  @Test func `has no file open but those three`() throws {
    let inherited = open("/dev/null", O_RDONLY)  // not closed by exec
    defer { close(inherited) }
    #expect(try words(of: "ls /proc/self/fd | wc -l") == "4\n", "ls itself has the folder open")
  }

  @Test func `reads nothing and writes nowhere unless it is told`() throws {
    let place = try words(of: "exec {copy}>&1 >/dev/null; readlink /proc/self/fd/0 >&$copy")
    #expect(place == "/dev/null\n")
    #expect(try start("read line; test -z \"$line\" && echo word && echo word >&2 && exit 7").waitForEnd() == .exit(7))
  }

  @Test func `has the environment that it is given, and no other`() throws {
    var output = try ProcessPipe()
    let process = try ChildProcess(["/usr/bin/env"], environment: ["WORD": "here"], output: output.writer)
    output.closeWriter()
    #expect(String(decoding: output.readToEnd(), as: UTF8.self) == "WORD=here\n")
    #expect(process.waitForEnd() == .exit(0))
  }

  @Test func `ends of signals that are ignored or held back here`() throws {
    signal(SIGTERM, SIG_IGN)
    var (held, before) = (sigset_t(), sigset_t())
    sigemptyset(&held)
    sigaddset(&held, SIGTERM)
    pthread_sigmask(SIG_BLOCK, &held, &before)
    defer {
      pthread_sigmask(SIG_SETMASK, &before, nil)
      signal(SIGTERM, SIG_DFL)
    }
    let process = try start("exec sleep 60")
    process.send(SIGTERM)
    #expect(process.waitForEnd() == .signal(SIGTERM))
  }

  @Test func `is the first of a group, which ends with all that it started`() throws {
    var output = try LinePipe()
    let process = try start("bash -c 'echo $$; sleep 60' & bash -c 'echo $$; sleep 60'; true", output: output.writer)
    output.closeWriter()
    var grandchildren: [Int32] = []
    while grandchildren.count < 2 {
      grandchildren += output.lines().compactMap { Int32($0) }
      usleep(1000)
    }
    #expect(getpgid(process.pid) == process.pid && process.pid != getpgrp())
    #expect(grandchildren.allSatisfy { getpgid($0) == process.pid })
    process.endGroup()
    #expect(process.ending == .signal(SIGKILL))
    let deadline = ContinuousClock.now + .seconds(20)
    while grandchildren.contains(where: runs), ContinuousClock.now < deadline { usleep(1000) }
    #expect(!grandchildren.contains(where: runs))
  }

  /// Whether a process is there and has not ended: one that nobody waits for stays as a zombie.
  private func runs(_ pid: Int32) -> Bool {
    guard let text = try? String(contentsOfFile: "/proc/\(pid)/stat", encoding: .utf8) else { return false }
    return text.split(separator: " ").dropFirst(2).first != "Z"
  }

  @Test func `that is not there is an error of one line`() throws {
    let error = #expect(throws: ProcessError.self) { try ChildProcess(["/nowhere/none", "word"], environment: [:]) }
    #expect(error?.description == "cannot start /nowhere/none: No such file or directory")
  }
}
