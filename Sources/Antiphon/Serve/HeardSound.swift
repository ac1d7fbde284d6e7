import Captions

/// What was heard in a recording.
struct HeardSound: Sendable {
  let captions: [SoundEvent]
  let seconds: Double
  /// Something that its reader must know; `nil` as a rule.
  let note: String?
  let picture: SoundPicture.Told
}
