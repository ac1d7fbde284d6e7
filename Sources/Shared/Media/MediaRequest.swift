internal import Curl

/// One request for media to one host, which follows nobody elsewhere.
struct MediaRequest: ~Copyable {
  enum Answer {
    case media
    /// A page for people.
    case page
    case redirect(to: String)
  }

  private let handle = CurlHandle()
  private let address: WebAddress
  private let limits: FetchLimits

  init(_ address: WebAddress, _ limits: FetchLimits) {
    self.address = address
    self.limits = limits
  }

  /// Asks, and waits for the end of the answer.
  func send(into transfer: MediaTransfer) throws(MediaError) -> Answer {
    handle.set(.url, address.description)
    handle.set(.protocols, "http,https")
    handle.set(.proxy, "")  // a proxy would connect to what is not checked here
    handle.set(.userAgent, "antiphon")
    handle.set(.followsRedirections, 0)
    handle.set(.connectionSeconds, limits.patienceSeconds)
    handle.set(.seconds, limits.seconds)
    handle.set(.slowBytesPerSecond, limits.slowBytesPerSecond)
    handle.set(.slowSeconds, limits.slowSeconds)
    let answer = handle.ask(watcher: transfer, into: transfer)
    if let failure = transfer.failure { throw failure }
    if (300..<400).contains(answer.head.status), let location = answer.head.headers["location"] {
      return .redirect(to: location)
    }
    if (200..<300).contains(answer.head.status), answer.head.isPage { return .page }
    try check(answer, transfer)
    return .media
  }

  private func check(_ answer: CurlAnswer, _ transfer: MediaTransfer) throws(MediaError) {
    let host = address.host.short
    let status = answer.head.status
    guard status == 0 || (200..<300).contains(status) else {
      throw MediaError(.unreachable, "expected media, \(host) answers \(status)")
    }
    if let failure = answer.failure {
      guard answer.isTooSlow, status != 0 else { throw MediaError(.unreachable, "\(host): \(failure)") }
      throw MediaError(
        .beyondLimits,
        "expected \(limits.slowBytesPerSecond) bytes a second, and all within \(limits.seconds) s: "
          + "\(host) is too slow")
    }
    guard transfer.bytes > 0 else { throw MediaError(.notMedia, "expected media, \(host) sends nothing") }
  }
}
