/// What `antiphon caption --format json` writes, as a reader of it has it.
struct CaptionFile: Decodable {
  struct Caption: Decodable, Equatable {
    let label: String
    let begin: Double
    let end: Double

    private enum CodingKeys: String, CodingKey {
      case label
      case begin = "begin_seconds"
      case end = "end_seconds"
    }
  }

  let captions: [Caption]
  let seconds: Double

  private enum CodingKeys: String, CodingKey {
    case captions
    case seconds = "duration_seconds"
  }
}
