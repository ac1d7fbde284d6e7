import Captions

/// What was heard in a recording.
struct HeardSound: Sendable {
  let captions: [SoundEvent]
  let seconds: Double
  /// Something that its reader must know; `nil` as a rule.
  let note: HearingNote?
  let picture: SoundPicture.Told
}

/// What is to be known of what was heard in a recording.
enum HearingNote: Equatable, Sendable {
  /// There is more of it than is heard.
  case isCut(atSeconds: Double)
  /// What is wrong with it.
  case damage(String)

  var text: String {
    switch self {
    case .isCut(let seconds): "only the first \(Int(seconds)) s were heard, as --longest has it"
    case .damage(let damage): damage
    }
  }
}
