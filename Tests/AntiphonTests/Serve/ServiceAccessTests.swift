import Testing

@testable import Antiphon

@Suite struct `Who may use the caption service` {
  private typealias Visitor = ServiceAccess.Visitor

  private let open = ServiceAccess(token: nil, origins: ["https://named.example"], isLoopback: true)
  private let guarded = ServiceAccess(
    token: "0123456789abcdef", origins: ["chrome-extension://abc"], isLoopback: false)

  private func status(_ access: ServiceAccess, _ visitor: Visitor) -> Int {
    if case .refused(let status, _) = access.judge(visitor) { status } else { 200 }
  }

  @Test(arguments: ["127.0.0.1:8765", "localhost:8765", "LOCALHOST", "[::1]:8765", "127.0.0.1", "127.9.9.9:1"])
  func `is whoever asks this machine by a name of its own`(_ host: String) {
    #expect(status(open, Visitor(host: host)) == 200)
    #expect(status(open, Visitor(origin: "http://\(host)", host: host)) == 200, "the service's page")
  }

  @Test(arguments: [
    "evil.example:8765", "127.0.0.1.evil.example", "127.evil", "localhost.evil.example", "10.0.0.1:8765", "[::2]:8765",
    "",
  ])
  func `is nobody who was led here by somebody else's name`(_ host: String) {
    #expect(status(open, Visitor(host: host)) == 403)
    #expect(status(open, Visitor(origin: "http://\(host)", host: host)) == 403)
  }

  @Test(arguments: [
    ("https://named.example", 200), ("https://named.example.evil", 403), ("http://named.example", 403),
    ("https://evil.example", 403), ("null", 403), ("http://127.0.0.1:9999", 403), ("chrome-extension://abc", 403),
    ("", 403),
  ])
  func `are pages of sites that are named`(_ origin: String, _ expected: Int) {
    #expect(status(open, Visitor(origin: origin, host: "127.0.0.1:8765")) == expected)
  }

  @Test func `is no page without a site, which no option lets in`() {
    let verdict = open.judge(Visitor(origin: "null", host: "127.0.0.1:8765"))
    guard case .refused(403, let reason) = verdict else { return #expect(Bool(false), "\(verdict)") }
    #expect(!reason.contains("--allow-origin"))
  }

  @Test func `is no page that does not say of which site it is`() {
    for site in ["cross-site", "same-site"] {
      #expect(status(open, Visitor(host: "127.0.0.1:8765", fetchSite: site)) == 403)
    }
    for site in ["same-origin", "none"] {
      #expect(status(open, Visitor(host: "127.0.0.1:8765", fetchSite: site)) == 200)
    }
  }

  @Test func `is whoever knows the token, where there is one`() {
    let host = "captions.example"
    #expect(status(guarded, Visitor(host: host)) == 401)
    #expect(status(guarded, Visitor(host: host, authorization: "Bearer 0123456789abcdef")) == 200)
    #expect(status(guarded, Visitor(host: host, authorization: "bearer 0123456789abcdef")) == 200)
    #expect(status(guarded, Visitor(host: host, token: "0123456789abcdef")) == 200)
    for wrong in ["", "0123456789abcde", "0123456789abcdeF", "0123456789abcdef0"] {
      #expect(status(guarded, Visitor(host: host, authorization: "Bearer \(wrong)")) == 401, "\(wrong)")
      #expect(status(guarded, Visitor(host: host, token: wrong)) == 401, "\(wrong)")
    }
    #expect(status(guarded, Visitor(host: host, authorization: "Basic 0123456789abcdef")) == 401)
    #expect(status(guarded, Visitor(origin: "https://\(host)", host: host, token: "0123456789abcdef")) == 200)
    #expect(status(guarded, Visitor(origin: "https://evil.example", host: host, token: "0123456789abcdef")) == 403)
    #expect(status(guarded, Visitor(origin: "chrome-extension://abc", host: host, token: "0123456789abcdef")) == 200)
  }
}
