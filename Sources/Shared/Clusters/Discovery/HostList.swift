/// A list of hosts as Slurm writes it: `n[1-3,7],m[01-10],login`.
enum HostList {
  /// So many hosts are expanded at most.
  private static let most = 65_536

  /// The names, in the order of the list.
  ///
  /// A bracket holds numbers and ranges of numbers; the first of a range tells how many digits all have. A name may have
  /// several brackets, of which the last one runs fastest.
  static func expand(_ text: String) throws(ClusterError) -> [String] {
    var names: [String] = []
    for part in try parts(of: text) {
      names += try Self.names(of: part[...], in: text)
      guard names.count <= most else { throw ClusterError("expected at most \(most) hosts, '\(text)' has more") }
    }
    guard !names.isEmpty else { throw ClusterError("expected a list of hosts, it is empty") }
    return names
  }

  /// The text between commas that stand in no bracket.
  private static func parts(of text: String) throws(ClusterError) -> [String] {
    var parts = [""]
    var isInBracket = false
    for character in text {
      switch (character, isInBracket) {
      case (",", false): parts.append("")
      case ("[", true), ("]", false): throw malformed(text)
      default:
        if character == "[" { isInBracket = true }
        if character == "]" { isInBracket = false }
        parts[parts.count - 1].append(character)
      }
    }
    guard !isInBracket, !parts.contains(where: \.isEmpty) else { throw malformed(text) }
    return parts
  }

  private static func names(of part: Substring, in text: String) throws(ClusterError) -> [String] {
    guard let open = part.firstIndex(of: "["), let close = part.firstIndex(of: "]") else { return [String(part)] }
    let rest = try Self.names(of: part[part.index(after: close)...], in: text)
    var names: [String] = []
    for item in part[part.index(after: open)..<close].split(separator: ",", omittingEmptySubsequences: false) {
      for number in try numbers(item, in: text) { names += rest.map { part[..<open] + number + $0 } }
    }
    return names
  }

  /// The numbers of `7` or `01-10`.
  private static func numbers(_ item: Substring, in text: String) throws(ClusterError) -> [String] {
    let ends = item.split(separator: "-", omittingEmptySubsequences: false)
    guard (1...2).contains(ends.count), ends.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isWholeNumber) }),
      let first = Int(ends[0]), let last = Int(ends[ends.count - 1]), first <= last, last - first < most
    else { throw malformed(text) }
    return (first...last).map { number in
      let digits = String(number)
      return String(repeating: "0", count: max(0, ends[0].count - digits.count)) + digits
    }
  }

  private static func malformed(_ text: String) -> ClusterError {
    ClusterError("expected hosts as Slurm lists them, n[1-3,7],m[01-10], found '\(text)'")
  }
}
