/// A sound that is left out of a dataset or of its scenes, and why.
public struct SkippedSound: Codable, Equatable, Error, Sendable {
  public enum Kind: String, Codable, CaseIterable, Sendable {
    case missing  // in the list, but not in the folder
    case ignored  // in the folder, but not a labelled sound
    case undecodable
    case damaged  // a record whose bytes or meaning are wrong
    case tooShort = "too_short"  // does not fill one patch
    case tooLong = "too_long"  // not cut to its AudioSet segment
    case silent
    case copy  // of another sound of the list
    case rare  // all its labels have too few recordings
  }

  public var path: String
  public var kind: Kind
  public var reason: String
}

extension [SkippedSound] {
  /// The summary for people: a line for each kind, with an example.
  public var lines: [String] {
    SkippedSound.Kind.allCases.compactMap { kind in
      let sounds = filter { $0.kind == kind }
      guard let first = sounds.first else { return nil }
      return "\(sounds.count) \(kind.title): \(first.path): \(first.reason)" + (sounds.count > 1 ? ", ..." : "")
    }
  }
}

extension SkippedSound.Kind {
  fileprivate var title: String {
    switch self {
    case .missing: "missing"
    case .ignored: "ignored"
    case .undecodable: "undecodable"
    case .damaged: "damaged"
    case .tooShort: "too short"
    case .tooLong: "too long"
    case .silent: "silent"
    case .copy: "there already"
    case .rare: "of rare labels only"
    }
  }
}
