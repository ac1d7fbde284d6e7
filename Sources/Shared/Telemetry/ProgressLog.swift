/// What a progress display writes, and when: a plain value that is told the time and returns text.
///
/// On a terminal one line, or two where it is narrow, is written over again; elsewhere a line is added at an interval, and for each note.
public struct ProgressLog: Sendable {
  /// What it writes to.
  public enum Output: Equatable, Sendable {
    /// As wide as this many characters.
    case terminal(width: Int)
    case file
  }

  private let interval: Double
  private var first: (done: Int, seconds: Double)?
  private var lastShown: (progress: TaskProgress, seconds: Double)?
  /// How many lines stand on the terminal, to be written over.
  private var standing = 0

  /// - Parameter plainInterval: Seconds between two lines where it is not a terminal.
  public init(plainInterval: Double = 10) {
    interval = plainInterval
  }

  /// The text to write for the progress at a time; empty when it is too early for more.
  public mutating func update(_ progress: TaskProgress, at seconds: Double, on output: Output) -> String {
    let first = first ?? (progress.done, seconds)
    self.first = first
    if let lastShown, seconds - lastShown.seconds < (output == .file ? interval : 0.1) { return "" }
    return show(progress, at: seconds, since: first, on: output)
  }

  /// The text for something that happened: a line of its own, above the progress.
  public mutating func note(_ text: String, on output: Output) -> String {
    guard standing > 0, let lastShown, let first, case .terminal = output else { return text + "\n" }
    return erase() + text + "\n" + show(lastShown.progress, at: lastShown.seconds, since: first, on: output)
  }

  /// The text for the end: the last progress is shown and stays.
  public mutating func finish(_ progress: TaskProgress?, at seconds: Double, on output: Output) -> String {
    var text = ""
    if let progress, progress != lastShown?.progress {
      text = show(progress, at: seconds, since: first ?? (progress.done, seconds), on: output)
    }
    defer { standing = 0 }
    return text + (standing > 0 ? "\n" : "")
  }

  private mutating func show(
    _ progress: TaskProgress, at seconds: Double, since first: (done: Int, seconds: Double), on output: Output
  ) -> String {
    lastShown = (progress, seconds)
    var secondsLeft: Double?
    if progress.done > first.done, seconds > first.seconds, progress.done < progress.total {
      let perUnit = (seconds - first.seconds) / Double(progress.done - first.done)
      secondsLeft = perUnit * Double(progress.total - progress.done)
    }
    switch output {
    case .file: return progress.plainLine(secondsLeft: secondsLeft) + "\n"
    case .terminal(let width):
      let lines = progress.lines(width: width - 1, secondsLeft: secondsLeft)
      let erased = erase()
      standing = lines.count
      return erased + lines.joined(separator: "\n")
    }
  }

  /// Clears the lines that stand, and goes to where the first of them began.
  private mutating func erase() -> String {
    defer { standing = 0 }
    return "\r\u{1B}[K" + String(repeating: "\u{1B}[A\u{1B}[K", count: max(0, standing - 1))
  }
}
