import Foundation
import Processes
import Testing

@Suite struct `A pipe to a process` {
  private func start(_ words: String..., input: Int32? = nil, output: Int32? = nil) throws -> ChildProcess {
    try ChildProcess(words, environment: ProcessInfo.processInfo.environment, input: input, output: output)
  }

  @Test func `gives all of an output that is larger than it`() throws {
    var output = try ProcessPipe()
    let process = try start("head", "-c", "3000000", "/dev/zero", output: output.writer)
    output.closeWriter()
    let bytes = output.readToEnd()
    #expect(bytes.count == 3_000_000 && bytes.allSatisfy { $0 == 0 })
    #expect(process.waitForEnd() == .exit(0))
    #expect(output.read().isEmpty)
  }

  @Test func `passes on what is written, and its end`() throws {
    var words = try ProcessPipe()
    var count = try ProcessPipe()
    let process = try start("grep", "-c", "one", input: words.reader, output: count.writer)
    count.closeWriter()
    words.closeReader()
    try words.write(String(repeating: "one\n", count: 50_000))  // more than a pipe holds
    words.closeWriter()
    #expect(String(decoding: count.readToEnd(), as: UTF8.self) == "50000\n")
    #expect(process.waitForEnd() == .exit(0))
  }

  @Test func `cannot be written to when its reader has ended`() async {
    await #expect(processExitsWith: .success) {
      signal(SIGPIPE, SIG_IGN)
      var input = try ProcessPipe()
      input.closeReader()
      do throws(ProcessError) {
        try input.write("word\n")
        exit(1)
      } catch { try #require(error.description == "cannot write to a pipe: Broken pipe") }
    }
  }

  @Test func `gives whole lines as they come`() throws {
    var output = try LinePipe()
    #expect(output.lines().isEmpty, "nothing is waited for")
    let process = try start("printf", "one\ntwo\nthr", output: output.writer)
    #expect(process.waitForEnd() == .exit(0))
    #expect(output.lines() == ["one", "two"])
    let next = try start("printf", "ee\n", output: output.writer)
    #expect(next.waitForEnd() == .exit(0))
    #expect(output.lines() == ["three"])
    #expect(output.lines().isEmpty)
  }
}
