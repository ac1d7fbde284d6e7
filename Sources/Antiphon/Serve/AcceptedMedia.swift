import Foundation

/// What somebody would like to be answered with: an `Accept` header (RFC 9110, section 12.5.1).
struct AcceptedMedia {
  /// `text/vtt` or `text/*`, the dearest first.
  private let ranges: [String]

  init(_ header: String) {
    let weighed = header.lowercased().split(separator: ",").map { range in
      let parts = range.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
      let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
      return (range: parts.first ?? "", weight: weight ?? 1)
    }
    ranges = weighed.filter { $0.weight > 0 }.sorted { $0.weight > $1.weight }.map(\.range)
  }

  /// - Parameter offered: Media types, of which the first ones are the usual ones.
  /// - Returns: `nil` where none of them is wanted.
  func best(of offered: [String]) -> String? {
    for range in ranges {
      let match = offered.first {
        $0 == range || range == "*/*" || range.hasSuffix("/*") && $0.hasPrefix(range.dropLast())
      }
      if let match { return match }
    }
    return nil
  }
}
