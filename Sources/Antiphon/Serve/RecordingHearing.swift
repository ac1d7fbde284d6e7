import Audio
import Captions

/// A recording on its way through the network: what has been heard of it.
struct RecordingHearing: ~Copyable {
  /// What lasts is told in parts of about so many seconds, while the recording is heard.
  private static let partSeconds = 5.0

  private let names: [String]
  private let longestSeconds: Double
  private let sampleRate: Double
  private let hop: Double
  /// Of the whole, as far as is known.
  let expectedSeconds: Double?
  private var scores: SoundScores
  private var stream: CaptionStream
  private var picture: SoundPicture
  private var captions: [SoundEvent] = []
  /// Up to where a label's event that goes on has been told.
  private var toldUpTo: [Int: Double] = [:]
  private var windows = 0
  /// Samples that may still be heard.
  private var left: Int
  /// Whether there was more.
  private(set) var isFull = false

  /// - Parameters:
  ///   - seconds: What the recording's header tells.
  ///   - longestSeconds: It is heard up to here.
  init(_ model: CaptionModel, seconds: Double?, longestSeconds: Double) {
    names = model.names
    self.longestSeconds = longestSeconds
    sampleRate = Double(model.frontEnd.sampleRate)
    hop = model.sound.hop
    expectedSeconds = seconds.map { min($0, longestSeconds) }
    scores = SoundScores(model.sound)
    stream = model.captions
    picture = SoundPicture(labels: model.names.count, model.sound)
    left = Int(longestSeconds * sampleRate)
  }

  /// 0...1; 0 where it is not known how much there is.
  var progress: Double { expectedSeconds.map { Double(windows) * hop / $0 } ?? 0 }

  /// Hears the next samples.
  ///
  /// - Returns: The captions that are certain now, of what goes on the parts so far; `nil` where no more has been computed.
  /// - Throws: `CaptionError` where the network's scores are no numbers.
  mutating func add(_ block: [Float]) throws(CaptionError) -> [SoundEvent]? {
    isFull = block.count > left
    let heard = Array(block.prefix(left))
    left -= heard.count
    let computed = try scores.add(heard)
    return computed.isEmpty ? nil : take(computed) + parts()
  }

  /// Ends it.
  ///
  /// - Parameter damage: What is wrong with the recording, if anything is known to be.
  /// - Returns: The captions that were not told, and all that was heard.
  /// - Throws: `CaptionError`, as above.
  mutating func finish(damage: String?) throws(CaptionError) -> ([SoundEvent], HeardSound) {
    let computed = take(try scores.finish())
    picture.add(frames: scores.rest)
    let last = stream.finish(at: scores.seconds)
    captions += last
    let ended = last.compactMap { rest(of: $0) }
    let note: HearingNote? = isFull ? .isCut(atSeconds: longestSeconds) : damage.map { .damage($0) }
    let sound = HeardSound(
      captions: captions.inOrder, seconds: scores.seconds, note: note, picture: picture.told(names: names))
    return (computed + ended, sound)
  }

  private mutating func take(_ computed: [SoundScores.Window]) -> [SoundEvent] {
    windows += computed.count
    var new: [SoundEvent] = []
    for window in computed {
      picture.add(window)
      new += stream.add(window.scores)
    }
    captions += new
    return new.compactMap { rest(of: $0) }
  }

  /// What has not been told of an event that is over.
  private func rest(of event: SoundEvent) -> SoundEvent? {
    let begin = max(event.begin, toldUpTo[event.label] ?? 0)
    return begin < event.end ? SoundEvent(label: event.label, begin: begin, end: event.end, score: event.score) : nil
  }

  /// Of events that go on, what has not been told.
  private mutating func parts() -> [SoundEvent] {
    stream.goingOn.compactMap { event in
      let begin = max(event.begin, toldUpTo[event.label] ?? 0)
      guard event.end - begin >= Self.partSeconds else { return nil }
      toldUpTo[event.label] = event.end
      return SoundEvent(label: event.label, begin: begin, end: event.end, score: event.score)
    }
  }
}
