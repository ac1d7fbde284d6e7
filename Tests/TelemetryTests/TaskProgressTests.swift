import Telemetry
import Testing

@Suite struct `A line of progress` {
  let progress = TaskProgress(
    "train", done: 1500, total: 3000, unit: "steps", details: ["812 examples/s", "loss 0.0213", "2 workers"])

  @Test(arguments: 0...200) func `is never wider than the terminal`(width: Int) {
    #expect(progress.line(width: width, secondsLeft: 250).count <= width)
  }

  @Test func `shows all facts and a bar where there is room`() {
    #expect(
      progress.line(width: 120, secondsLeft: 250)
        == "train ━━━━━━━━━━━━━━━─────────────── 50%  1,500/3,000 steps  4:10 left  812 examples/s  loss 0.0213  2 workers"
    )
  }

  @Test func `leaves out the last details first, and keeps a bar of ten characters`() {
    let line = progress.line(width: 68, secondsLeft: nil)
    #expect(line.contains("812 examples/s"))
    #expect(!line.contains("2 workers"))
    #expect(line.count { "━─".contains($0) } >= 10)
  }

  @Test func `shows as much bar as is done`() {
    for done in stride(from: 0, through: 3000, by: 100) {
      let line = TaskProgress("x", done: done, total: 3000, unit: "steps").line(width: 100, secondsLeft: nil)
      #expect(line.count { $0 == "━" } == done / 100)
      #expect(line.count { $0 == "─" } == 30 - done / 100)
    }
  }

  @Test func `says 100% only of what is done`() {
    #expect(TaskProgress("x", done: 999_999, total: 1_000_000, unit: "").plainLine(secondsLeft: nil).contains("99%"))
    #expect(TaskProgress("x", done: 0, total: 0, unit: "files").plainLine(secondsLeft: nil) == "x: 100%, 0/0 files")
    #expect(TaskProgress("x", done: 5, total: 4, unit: "files").fraction == 1)
  }

  @Test(arguments: [(0.4, "0:00"), (59.6, "1:00"), (754, "12:34"), (3723, "1:02:03"), (-1, "0:00")])
  func `writes times as a clock does`(seconds: Double, text: String) {
    #expect(TaskProgress.time(seconds) == text)
  }

  @Test(arguments: [(0, "0"), (999, "999"), (1000, "1,000"), (1_234_567, "1,234,567"), (-1000, "-1,000")])
  func `groups digits by three`(number: Int, text: String) {
    #expect(TaskProgress.grouped(number) == text)
  }
}
