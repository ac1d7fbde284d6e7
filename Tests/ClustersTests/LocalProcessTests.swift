import Clusters
import Foundation
import Processes
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

  @Test func `says what it says into the log, behind what is there`() throws {
    try withTemporaryFolder { folder in
      for word in ["one", "two"] {
        let process = try start("echo \(word); echo \(word) >&2", in: folder)
        #expect(ending(of: process) == .exit(0))
      }
      #expect(try String(contentsOfFile: "\(folder)/log", encoding: .utf8) == "one\none\ntwo\ntwo\n")
    }
  }

  @Test func `has our environment, but hears of no launcher`() async {
    await #expect(processExitsWith: .success) {
      for name in ["TF_CONFIG", "SLURM_PROCID", "WORD"] { setenv(name, "1", 1) }
      let process = try LocalProcess(
        ["bash", "-c", "test -z \"$TF_CONFIG$SLURM_PROCID\" -a \"$WORD\" = 1"], log: "/dev/null")
      while process.ending == nil { usleep(10_000) }
      try #require(process.ending == .exit(0))
    }
  }

  @Test func `ends of the signal that it is sent`() throws {
    try withTemporaryFolder { folder in
      let process = try start("exec sleep 60", in: folder)
      #expect(process.ending == nil && kill(process.pid, 0) == 0)
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
