extension HTTPResponse {
  /// What an answer means for the one who asked.
  enum Judgement: Equatable {
    case done
    /// The same may be granted a little later.
    case again(reason: String)
    case failed(BucketError.Kind, reason: String)
  }

  var judgement: Judgement {
    switch status {
    case ..<200: .again(reason: lostBecause ?? "no answer came")
    case 200..<300: lostBecause.map { .again(reason: $0) } ?? .done
    case 404 where !body.starts(with: Array("<".utf8)) || texts(of: "Code", in: body) != ["NoSuchBucket"]:
      .failed(.absent, reason: "there is no such object")
    case 412: .failed(.taken, reason: "there is such an object already")
    // Of these, the store says itself that they pass.
    case 408, 409, 429, 500, 502, 503, 504: .again(reason: reason)
    default: .failed(.refused, reason: reason)
    }
  }

  /// `403 SignatureDoesNotMatch: The request signature…`: what the store says, in one line that is not too long.
  private var reason: String {
    let words = (texts(of: "Code", in: body).prefix(1) + texts(of: "Message", in: body).prefix(1))
    let text = words.joined(separator: ": ").split(whereSeparator: \.isNewline).joined(separator: " ")
    return "the store answers \(status)\(text.isEmpty ? "" : " \(text.prefix(300))")"
  }
}
