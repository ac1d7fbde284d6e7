internal import Foundation

extension Double {
  /// In three digits, for people: 1,234 as `1.23k`, 0.00012 as `1.2e-4`.
  public var inThreeDigits: String {
    guard self != 0, isFinite else { return self == 0 ? "0" : "\(self)" }
    let size = abs(self)
    for (unit, name) in [(1e9, "G"), (1e6, "M"), (1e3, "k")] where size >= unit * 0.9995 {
      return String(format: "%.3g", self / unit) + name
    }
    guard size < 1e-3 else { return String(format: "%.3g", self) }
    let power = Int(floor(log10(size)))
    return String(format: "%.3g", self / pow(10, Double(power))) + "e\(power)"
  }

  /// As SVG has a place: at most two decimals.
  var inPixels: String {
    let text = String(format: "%.2f", self)
    guard text.contains(".") else { return text }
    let short = text.reversed().drop { $0 == "0" }.drop { $0 == "." }
    return String(short.reversed())
  }
}

extension String {
  /// The beginning of a text that is longer than so many characters.
  public func shortened(to length: Int) -> String { count > length ? prefix(length - 1) + "…" : self }
}
