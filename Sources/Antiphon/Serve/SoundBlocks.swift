import Captions

/// Captions in the form of Caption4Sound (Ma, 2019, `api/main.py`), which its browser extension shows: what sounds in each
/// block of 5 s, a block every 2 s, by the number of the block.
struct SoundBlocks: Encodable, Sendable {
  private static let blockSeconds = 5.0
  private static let hopSeconds = 2.0
  /// A label is one of a block in which it sounds as long, or all the time that it sounds.
  private static let shortestSeconds = 0.5

  let audioFilename: String
  let dlStatus = "finished"
  let results: [String: [String]]

  /// - Parameters:
  ///   - seconds: The length of the recording.
  ///   - names: Of labels, by index.
  init(_ captions: [SoundEvent], seconds: Double, names: [String], file: String) {
    audioFilename = file
    // What is shorter than a block has one: there is something to show.
    let count = max(0, Int(((seconds - Self.blockSeconds) / Self.hopSeconds).rounded(.down))) + 1
    results = Dictionary(
      uniqueKeysWithValues: (0..<count).map { block in
        let begin = Double(block) * Self.hopSeconds
        let heard = captions.filter { caption in
          let seconds = min(caption.end, begin + Self.blockSeconds) - max(caption.begin, begin)
          return seconds >= min(caption.seconds, Self.shortestSeconds)
        }
        return ("\(block)", Set(heard.map(\.label)).sorted().map { names[$0] })
      })
  }

  enum CodingKeys: String, CodingKey {
    case audioFilename = "audio_filename"
    case dlStatus = "dl_status"
    case results
  }
}
