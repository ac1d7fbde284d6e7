import Captions
import Foundation
import HTTP

/// How the service tells of captions, in JSON.
struct CaptionText: Encodable {
  let label: String
  let beginSeconds: Double
  let endSeconds: Double?
  let score: Float
  /// Of a live caption.
  var id: Int?

  enum CodingKeys: String, CodingKey {
    case label, score, id
    case beginSeconds = "begin_seconds"
    case endSeconds = "end_seconds"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(label, forKey: .label)
    try container.encode(beginSeconds.milliseconds, forKey: .beginSeconds)
    try container.encode(endSeconds?.milliseconds, forKey: .endSeconds)
    try container.encode((score * 1000).rounded() / 1000, forKey: .score)
    try container.encodeIfPresent(id, forKey: .id)
  }

  init(_ event: SoundEvent, _ names: [String]) {
    (label, beginSeconds, endSeconds, score) = (names[event.label], event.begin, event.end, event.score)
  }

  init(_ caption: LiveCaption, _ names: [String]) {
    (label, beginSeconds, endSeconds, score) = (names[caption.label], caption.begin, caption.end, caption.score)
    id = caption.id
  }
}

/// What is told of a recording.
struct JobText: Encodable {
  let job: CaptionJob
  let names: [String]
  /// Whether its captions are told too.
  var hasCaptions = true

  enum CodingKeys: String, CodingKey {
    case id, state, progress, error, note, captions
    case seconds = "duration_seconds"
    case isComplete = "is_complete"
  }

  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(job.id, forKey: .id)
    try container.encode(job.state, forKey: .state)
    try container.encode(job.progress.milliseconds, forKey: .progress)
    try container.encode(job.seconds?.milliseconds, forKey: .seconds)
    try container.encode(job.failure, forKey: .error)
    try container.encode(job.isComplete, forKey: .isComplete)
    try container.encodeIfPresent(job.note?.text, forKey: .note)
    if hasCaptions { try container.encode(job.captions.inOrder.map { CaptionText($0, names) }, forKey: .captions) }
  }
}

/// What is heard while it sounds.
struct LiveText: Encodable {
  let heardSeconds: Double
  let captions: [CaptionText]

  enum CodingKeys: String, CodingKey {
    case heardSeconds = "heard_seconds"
    case captions
  }
}

extension Double {
  /// Three digits after the point.
  fileprivate var milliseconds: Double { (self * 1000).rounded() / 1000 }
}

extension Encodable {
  /// One line of JSON.
  var line: String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    // Numbers that are finite, words and nothing else: nothing can fail.
    return String(decoding: (try? encoder.encode(self)) ?? Data("null".utf8), as: UTF8.self)
  }
}
