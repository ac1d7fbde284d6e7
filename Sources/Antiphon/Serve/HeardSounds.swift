/// What was heard in the last recordings, by their content: the same one is heard once.
struct HeardSounds: Sendable {
  private let most: Int
  private var sounds: [ContentDigest: HeardSound] = [:]
  /// By when they were last asked for.
  private var order: [ContentDigest] = []

  init(most: Int = 100) { self.most = most }

  mutating func find(_ digest: ContentDigest) -> HeardSound? {
    guard let sound = sounds[digest] else { return nil }
    order.removeAll { $0 == digest }
    order.append(digest)
    return sound
  }

  mutating func keep(_ sound: HeardSound, of digest: ContentDigest) {
    order.removeAll { $0 == digest }
    order.append(digest)
    sounds[digest] = sound
    while order.count > most { sounds[order.removeFirst()] = nil }
  }
}
