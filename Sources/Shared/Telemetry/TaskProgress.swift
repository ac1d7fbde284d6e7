import Foundation

/// How far a long task has come, and the line that shows it.
public struct TaskProgress: Equatable, Sendable {
  /// What is being done: `train`, `prepare`.
  public var title: String
  public var done: Int
  public var total: Int
  /// What is counted, in the plural: `steps`, `files`.
  public var unit: String
  /// More facts, the most important first: those that do not fit in the line are left out.
  public var details: [String]

  public init(_ title: String, done: Int, total: Int, unit: String, details: [String] = []) {
    self.title = title
    self.done = done
    self.total = total
    self.unit = unit
    self.details = details
  }

  /// In 0...1; a task of nothing is done.
  public var fraction: Double { total > 0 ? min(max(Double(done) / Double(total), 0), 1) : 1 }

  /// One line with a bar, at most `width` characters: `train ━━━━━───── 50%  1,500/3,000 steps  4:10 left  loss 0.02`.
  ///
  /// The facts come first: a detail is shown only where a bar of ten characters stays beside it.
  public func line(width: Int, secondsLeft: Double?) -> String {
    var facts = [percent, "\(Self.grouped(done))/\(Self.grouped(total)) \(unit)"]
    let time = secondsLeft.map { "\(Self.time($0)) left" }
    let room = width - title.count - 12  // the bar, and a blank on both sides of it
    for fact in [time].compactMap(\.self) + details where (facts + [fact]).joined(separator: "  ").count <= room {
      facts.append(fact)
    }
    let text = facts.joined(separator: "  ")
    let bar = Self.bar(fraction, width: min(30, width - title.count - text.count - 2))
    return String([title, bar, text].filter { !$0.isEmpty }.joined(separator: " ").prefix(width))
  }

  /// One line as above where all details fit it; else a line without them, and one with them, as many as fit.
  public func lines(width: Int, secondsLeft: Double?) -> [String] {
    let line = line(width: width, secondsLeft: secondsLeft)
    guard let last = details.last, !line.hasSuffix(last) else { return [line] }
    var short = self
    short.details = []
    var facts: [String] = []
    for fact in details where "  \((facts + [fact]).joined(separator: "  "))".count <= width { facts.append(fact) }
    let first = short.line(width: width, secondsLeft: secondsLeft)
    return facts.isEmpty ? [first] : [first, "  " + facts.joined(separator: "  ")]
  }

  /// The same for a log: `train: 50%, 1,500/3,000 steps, 4:10 left, loss 0.02`.
  public func plainLine(secondsLeft: Double?) -> String {
    let facts = [percent, "\(Self.grouped(done))/\(Self.grouped(total)) \(unit)"]
    let time = secondsLeft.map { "\(Self.time($0)) left" }
    return "\(title): " + (facts + [time].compactMap(\.self) + details).joined(separator: ", ")
  }

  /// Rounded down: 100 % is said of nothing that is not done.
  private var percent: String { "\(Int((fraction * 100).rounded(.down)))%" }

  private static func bar(_ fraction: Double, width: Int) -> String {
    guard width > 0 else { return "" }
    let filled = Int((fraction * Double(width)).rounded(.down))
    return String(repeating: "━", count: filled) + String(repeating: "─", count: width - filled)
  }

  /// `1234567` as `1,234,567`.
  public static func grouped(_ number: Int) -> String {
    var digits = Array(String(number.magnitude))
    for position in stride(from: digits.count - 3, to: 0, by: -3) { digits.insert(",", at: position) }
    return (number < 0 ? "-" : "") + String(digits)
  }

  /// Seconds as `0:07`, `12:34` or `1:02:03`.
  public static func time(_ seconds: Double) -> String {
    let whole = Int(min(max(seconds, 0), 1e9).rounded())
    let (hours, minutes, rest) = (whole / 3600, whole / 60 % 60, whole % 60)
    return hours > 0 ? String(format: "%d:%02d:%02d", hours, minutes, rest) : String(format: "%d:%02d", minutes, rest)
  }
}
