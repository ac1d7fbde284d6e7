import Foundation

/// What somebody would like to be answered with: an `Accept` header (RFC 9110, section 12.5.1).
struct AcceptedMedia {
  private struct Range {
    /// `text/vtt`, `text/*` or `*/*`.
    let name: String
    /// 0...1; 0 for what is not wanted.
    let weight: Double

    /// How well it says what a media type is; `nil` where the type is not of it.
    func precision(of type: String) -> Int? {
      if name == type { return 2 }
      if name.hasSuffix("/*"), type.hasPrefix(name.dropLast()) { return 1 }
      return name == "*/*" ? 0 : nil
    }
  }

  private let ranges: [Range]

  init(_ header: String) {
    ranges = header.lowercased().split(separator: ",").map { range in
      let parts = range.split(separator: ";").map { $0.trimmingCharacters(in: .whitespaces) }
      let weight = parts.dropFirst().first { $0.hasPrefix("q=") }.flatMap { Double($0.dropFirst(2)) }
      return Range(name: parts.first ?? "", weight: weight ?? 1)
    }
  }

  /// - Parameter offered: Media types, of which the first ones are the usual ones.
  /// - Returns: The one that weighs most by the range that names it most precisely; of those that weigh alike, what the header
  ///   names first. `nil` where none of them is wanted.
  func best(of offered: [String]) -> String? {
    let weighed = offered.compactMap { type -> (type: String, weight: Double, place: Int)? in
      let ofType = ranges.enumerated().filter { $0.element.precision(of: type) != nil }
      let best = ofType.max { ($0.element.precision(of: type) ?? 0) < ($1.element.precision(of: type) ?? 0) }
      guard let best, best.element.weight > 0 else { return nil }
      return (type, best.element.weight, best.offset)
    }
    return weighed.min { ($1.weight, $0.place) < ($0.weight, $1.place) }?.type
  }
}
