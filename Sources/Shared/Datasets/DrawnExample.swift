/// What a network is shown at once, with its clip's labels.
public struct DrawnExample: Sendable {
  public let labels: [Int]
  /// 8-bit values, of one patch or several.
  let bytes: [UInt8]
}

extension Clip {
  /// A network that reads whole clips is shown no more of one, as many vectors as YouTube-8M's have: its memory grows with them.
  static let mostVectors = 300

  /// One of its patches, as an example.
  public func example(_ patch: Int) -> DrawnExample {
    DrawnExample(labels: labels, bytes: Array(patches[patch * patchSize..<(patch + 1) * patchSize]))
  }

  /// The clip as if it had a single patch, which is all of it, or the beginning of a longer one; one without patches stays so.
  var whole: Clip {
    guard count > 0 else { return self }
    let patches = Array(patches.prefix(Self.mostVectors * patchSize))
    return Clip(
      identifier: identifier, start: start, end: end, labels: labels, patches: patches, patchSize: patches.count,
      kind: kind)
  }
}
