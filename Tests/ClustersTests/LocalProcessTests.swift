import Clusters
import Foundation
import Testing

@Suite struct `A program on this machine` {
  private func start(_ script: String, in folder: String) throws -> LocalProcess {
    try LocalProcess(["bash", "-c", script], log: "\(folder)/log")
  }

  private func ending(of process: LocalProcess) -> ProcessEnding? {
    let deadline = ContinuousClock.now + .seconds(20)
    while process.ending == nil, ContinuousClock.now < deadline { usleep(10_000) }
    return process.ending
  }

  @Test func `is heard to end, and how, even while others that closed all files go on`() throws {
    try withTemporaryFolder { folder in
      // So does ssh; Foundation takes it for an end, and waits for it.
      let others = try (0..<3).map { _ in
        try start("for file in $(seq 3 60); do eval \"exec $file>&-\"; done; exec sleep 60", in: folder)
      }
      defer {
        for other in others {
          other.send(SIGKILL)
          _ = ending(of: other)  // one that is not asked for stays, and hides the ends of others from exit tests
        }
      }
      let code = try start("exit 75", in: folder)
      #expect(ending(of: code) == .exit(75))
      let killed = try start("sleep 60", in: folder)
      #expect(killed.ending == nil)
      killed.send(SIGKILL)
      #expect(ending(of: killed) == .signal(SIGKILL))
      #expect(others.allSatisfy { $0.ending == nil })
    }
  }

  @Test func `is known to have ended where the system does not tell it`() async {
    await #expect(processExitsWith: .success) {
      signal(SIGCHLD, SIG_IGN)
      let process = try LocalProcess(["true"], log: "/dev/null")
      for _ in 0..<2000 where process.ending == nil { usleep(10_000) }
      try #require(process.ending == .unknown)
    }
  }

  @Test func `has no file open but those three`() throws {
    try withTemporaryFolder { folder in
      let inherited = open("/dev/null", O_RDONLY)  // not closed by exec
      defer { close(inherited) }
      let process = try start("ls /proc/self/fd | wc -l", in: folder)
      #expect(ending(of: process) == .exit(0))
      let count = try String(contentsOfFile: "\(folder)/log", encoding: .utf8).trimmingCharacters(
        in: .whitespacesAndNewlines)
      #expect(count == "4", "ls itself has the folder open")
    }
  }

  @Test func `says what it says into the log, behind what is there`() throws {
    try withTemporaryFolder { folder in
      for word in ["one", "two"] {
        let process = try start("echo \(word); echo \(word) >&2", in: folder)
        #expect(ending(of: process) == .exit(0))
      }
      #expect(try String(contentsOfFile: "\(folder)/log", encoding: .utf8) == "one\none\ntwo\ntwo\n")
    }
  }

  @Test func `ends of signals that are ignored here, and reads nothing`() throws {
    signal(SIGTERM, SIG_IGN)
    defer { signal(SIGTERM, SIG_DFL) }
    try withTemporaryFolder { folder in
      let reader = try start("read line; test -z \"$line\" && exit 7", in: folder)
      #expect(ending(of: reader) == .exit(7))
      let process = try start("sleep 60", in: folder)
      process.send(SIGTERM)
      #expect(ending(of: process) == .signal(SIGTERM))
    }
  }

  @Test func `that is not there is an error`() throws {
    try withTemporaryFolder { folder in
      let error = #expect(throws: ClusterError.self) { try LocalProcess(["\(folder)/none"], log: "\(folder)/log") }
      #expect(error?.description.contains("\(folder)/none: No such file") == true)
    }
  }
}
