internal import Foundation

/// How captions are written.
public enum CaptionFormat: String, CaseIterable, Sendable {
  /// WebVTT (W3C), at the top left: what is said is captioned below.
  case vtt
  /// SubRip.
  case srt
  case json

  /// As HTTP calls it.
  public var mediaType: String {
    switch self {
    case .vtt: "text/vtt"
    case .srt: "application/x-subrip"
    case .json: "application/json"
    }
  }

  /// The file of some events.
  ///
  /// - Parameters:
  ///   - events: By their beginning.
  ///   - names: Of labels, by index.
  ///   - seconds: The length of the recording; `nil` where it is not known. JSON tells it.
  public func text(_ events: [SoundEvent], names: [String], seconds: Double?) -> String {
    switch self {
    case .vtt:
      "WEBVTT\n\n"
        + cues(events, point: ".", settings: " line:0 position:0% align:start") { Self.escaped(names[$0.label]) }
    case .srt: cues(events, point: ",", settings: "") { names[$0.label] }
    case .json: Self.json(events, names: names, seconds: seconds)
    }
  }

  private func cues(
    _ events: [SoundEvent], point: String, settings: String, name: (SoundEvent) -> String
  ) -> String {
    events.enumerated().map { index, event in
      let times = "\(Self.time(event.begin, point)) --> \(Self.time(event.end, point))"
      // A name must not end the cue.
      let text = name(event).split(whereSeparator: \.isNewline).joined(separator: " ")
      return "\(index + 1)\n\(times)\(settings)\n[\(text)]\n"
    }.joined(separator: "\n")
  }

  /// `00:01:02.345`.
  private static func time(_ seconds: Double, _ point: String) -> String {
    let milliseconds = Int((max(0, seconds) * 1000).rounded())
    let whole = milliseconds / 1000
    return String(format: "%02d:%02d:%02d", whole / 3600, whole / 60 % 60, whole % 60) + point
      + String(format: "%03d", milliseconds % 1000)
  }

  /// WebVTT's text knows tags and references.
  private static func escaped(_ text: String) -> String {
    text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
  }

  private struct Caption: Encodable {
    let label: String
    let begin: Double
    let end: Double
    let score: Float

    enum CodingKeys: String, CodingKey {
      case label, score
      case begin = "begin_seconds"
      case end = "end_seconds"
    }
  }

  /// As the caption service has it.
  private struct Recording: Encodable {
    let seconds: Double?
    let captions: [Caption]

    enum CodingKeys: String, CodingKey {
      case captions
      case seconds = "duration_seconds"
    }

    func encode(to encoder: any Encoder) throws {
      var container = encoder.container(keyedBy: CodingKeys.self)
      try container.encode(seconds, forKey: .seconds)
      try container.encode(captions, forKey: .captions)
    }
  }

  private static func milliseconds(_ seconds: Double) -> Double { (seconds * 1000).rounded() / 1000 }

  private static func json(_ events: [SoundEvent], names: [String], seconds: Double?) -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let captions = events.map {
      Caption(
        label: names[$0.label], begin: milliseconds($0.begin), end: milliseconds($0.end),
        score: ($0.score * 1000).rounded() / 1000)
    }
    let recording = Recording(seconds: seconds.map(milliseconds), captions: captions)
    let bytes = (try? encoder.encode(recording)) ?? Data()  // finite numbers and words: nothing can fail
    return String(decoding: bytes, as: UTF8.self) + "\n"
  }
}
