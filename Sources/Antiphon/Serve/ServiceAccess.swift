import Foundation

/// Who may use the service: a plain value.
struct ServiceAccess: Sendable {
  /// What is known of who asks.
  struct Visitor: Sendable {
    /// The site of the page that asks; `nil` where no page does.
    var origin: String?
    /// As the one who asks calls this service: `127.0.0.1:8765`.
    var host: String?
    /// What a browser says of the page that asks: `cross-site`, for example (Fetch Metadata).
    var fetchSite: String?
    /// `Bearer …`.
    var authorization: String?
    /// From the query: a WebSocket and an EventSource of a page can set no headers.
    var token: String?
  }

  enum Verdict: Equatable, Sendable {
    case welcome
    /// 401, 403, and why.
    case refused(Int, String)
  }

  private let token: ContentDigest?
  private let origins: Set<String>
  /// Whether only this machine can ask.
  private let isLoopback: Bool

  /// - Parameters:
  ///   - token: What all have to know; `nil` where all may ask.
  ///   - origins: The sites whose pages may ask: `https://example.org`, `chrome-extension://…`.
  init(token: String?, origins: [String], isLoopback: Bool) {
    self.token = token.map { ContentDigest(of: Array($0.utf8)) }
    self.origins = Set(origins)
    self.isLoopback = isLoopback
  }

  /// Whether pages of a site may ask.
  ///
  /// - Parameter host: As they call this service.
  func admits(origin: String, host: String?) -> Bool {
    if origins.contains(origin) { return true }
    guard let host, isOurs(host) else { return false }
    return origin == "http://\(host)" || origin == "https://\(host)"  // the page of the service itself
  }

  func judge(_ visitor: Visitor) -> Verdict {
    if let host = visitor.host, !isOurs(host) {
      return .refused(403, "expected this machine's name or number as the host, found '\(host)'")
    }
    if let origin = visitor.origin {
      guard admits(origin: origin, host: visitor.host) else {
        guard origin != "null" else {
          return .refused(403, "pages without a site of their own, such as files and frames in a sandbox, may not ask")
        }
        return .refused(403, "pages of \(origin) may not ask; --allow-origin \(origin) lets them")
      }
    } else if visitor.fetchSite == "cross-site" || visitor.fetchSite == "same-site" {
      return .refused(403, "pages of another site may not ask without saying which; see --allow-origin")
    }
    guard let token else { return .welcome }
    let bearer = visitor.authorization.flatMap { text in
      text.lowercased().hasPrefix("bearer ") ? String(text.dropFirst("bearer ".count)) : nil
    }
    guard let given = bearer ?? visitor.token else {
      return .refused(401, "expected a token: 'Authorization: Bearer …', or ?token=…")
    }
    return isSame(ContentDigest(of: Array(given.utf8)), token) ? .welcome : .refused(401, "this is not the token")
  }

  /// A name that somebody else's name server gives this machine is refused where no token guards: their page would be of
  /// the same site as the service.
  private func isOurs(_ host: String) -> Bool {
    guard isLoopback, token == nil else { return true }
    let colon = host.lastIndex(of: ":").flatMap { host[$0...].contains("]") ? nil : $0 }
    let name = host[..<(colon ?? host.endIndex)].lowercased()
    return name == "localhost" || name == "[::1]"
      || name.hasPrefix("127.") && name.allSatisfy { "0123456789.".contains($0) }
  }

  /// Takes as long whether they differ early, late or not at all.
  private func isSame(_ first: ContentDigest, _ second: ContentDigest) -> Bool {
    zip(first.bytes, second.bytes).reduce(0) { $0 | ($1.0 ^ $1.1) } == 0
  }
}
