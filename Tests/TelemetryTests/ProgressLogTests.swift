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
