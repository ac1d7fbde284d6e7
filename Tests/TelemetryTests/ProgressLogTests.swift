import Telemetry
import Testing

@Suite struct `A progress log` {
  func progress(_ done: Int) -> TaskProgress { TaskProgress("scan", done: done, total: 100, unit: "files") }

  @Test func `writes a line every ten seconds to a file`() {
    var log = ProgressLog()
    let lines = (0...25).map { log.update(progress($0), at: Double($0), on: .file) }
    #expect(lines.indices.filter { !lines[$0].isEmpty } == [0, 10, 20])
    #expect(lines[10] == "scan: 10%, 10/100 files, 1:30 left\n")
  }

  @Test func `estimates the time left from what was done since the first look`() {
    var log = ProgressLog()
    _ = log.update(progress(90), at: 5, on: .file)
    #expect(log.update(progress(95), at: 15, on: .file) == "scan: 95%, 95/100 files, 0:10 left\n")
  }

  @Test func `writes one line of a terminal over again`() {
    var log = ProgressLog()
    let texts = (0...3).map { log.update(progress($0 * 10), at: Double($0), on: .terminal(width: 80)) }
    #expect(texts.allSatisfy { $0.hasPrefix("\r\u{1B}[K") && !$0.contains("\n") && $0.count < 80 + 4 })
    #expect(log.update(progress(31), at: 3.05, on: .terminal(width: 80)).isEmpty)
  }

  @Test func `puts a note above the line of a terminal, which stays the last`() {
    var log = ProgressLog()
    let line = log.update(progress(10), at: 0, on: .terminal(width: 80))
    #expect(log.note("worker 1 ended", on: .terminal(width: 80)) == "\r\u{1B}[Kworker 1 ended\n" + line)
    #expect(log.note("worker 1 ended", on: .file) == "worker 1 ended\n")
  }

  @Test func `shows what does not fit beside the bar on a second line, and writes both over again`() {
    var log = ProgressLog()
    let facts = ["436 examples/s", "loss 0.2465", "2 workers", "staleness 1.0", "saved at 611"]
    func narrow(_ done: Int) -> TaskProgress {
      TaskProgress("train", done: done, total: 100_000, unit: "steps", details: facts)
    }
    let first = log.update(narrow(10), at: 0, on: .terminal(width: 80))
    #expect(first.split(separator: "\n").count == 2 && first.hasSuffix("\n  " + facts.joined(separator: "  ")))
    let second = log.update(narrow(20), at: 1, on: .terminal(width: 80))
    #expect(second.hasPrefix("\r\u{1B}[K\u{1B}[A\u{1B}[Ktrain "))
    #expect(
      log.note("worker 1 ended", on: .terminal(width: 80)).hasPrefix("\r\u{1B}[K\u{1B}[A\u{1B}[Kworker 1 ended\n"))
    #expect(log.update(narrow(30), at: 2, on: .terminal(width: 200)).split(separator: "\n").count == 1)
  }

  @Test func `always shows the end, once`() {
    var log = ProgressLog()
    _ = log.update(progress(10), at: 0, on: .file)
    #expect(log.finish(progress(100), at: 0.01, on: .file) == "scan: 100%, 100/100 files\n")
    var terminal = ProgressLog()
    let line = terminal.update(progress(100), at: 0, on: .terminal(width: 80))
    #expect(!line.isEmpty)
    #expect(terminal.finish(progress(100), at: 0.01, on: .terminal(width: 80)) == "\n")
    #expect(terminal.note("done", on: .terminal(width: 80)) == "done\n")
  }
}
