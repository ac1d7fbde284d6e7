import Foundation

extension Double {
  func formatted(decimals: Int) -> String { String(format: "%.\(decimals)f", self) }
}

extension Double? {
  /// A dash where there is none.
  func formatted(decimals: Int) -> String { map { $0.formatted(decimals: decimals) } ?? "-" }

  /// A metric as a report shows it: three decimals, or a dash where there is none.
  var metric: String { map { $0.formatted(decimals: 3) } ?? "–" }
}
