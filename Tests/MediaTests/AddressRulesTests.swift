import Media
import Testing

@Suite struct `Addresses of the web` {
  @Test(arguments: [
    ("http://127.0.0.1/", "127.0.0.1"), ("https://user@10.0.0.1:81/a", "10.0.0.1"), ("http://[::1]:8080/", "::1"),
    ("http://localhost/", "localhost"), ("http://LOCALHOST./x", "localhost"), ("http://2130706433/", nil),
    ("http://0x7f.1/", nil), ("http://0177.0.0.1/", nil), ("http://[::ffff:127.0.0.1]/", nil), ("http://0/", nil),
  ])
  func `that lead into this machine or its network are refused, however they are written`(
    _ text: String, _ host: String?
  ) throws {
    let address = try WebAddress(parsing: text)
    if let host { #expect(address.host == host) }
    let error = #expect(throws: MediaError.self) { try AddressRules().check(address) }
    #expect(error?.kind == .notPublic && "\(error!)".contains("public Internet"), "\(error!)")
  }

  @Test func `are allowed by the name of their host, and by no other name of it`() throws {
    let rules = AddressRules(allowedHosts: ["LocalHost"])
    try rules.check(WebAddress(parsing: "http://localhost:8000/film.mp4"))
    #expect(throws: MediaError.self) { try rules.check(WebAddress(parsing: "http://127.0.0.1:8000/film.mp4")) }
  }

  @Test(arguments: [
    "", "film.mp4", "/etc/passwd", "file:///etc/passwd", "ftp://example.org/a", "gopher://example.org", "http://",
    "javascript:alert(1)", "http://exa mple.org/", "http://example.org:99999/", "data:audio/wav;base64,AA",
  ])
  func `begin with http or https and have a host`(_ text: String) {
    let error = #expect(throws: MediaError.self) { try WebAddress(parsing: text) }
    #expect(error?.kind == .noAddress)
    #expect(error?.description.contains("\n") == false)
  }

  @Test(arguments: [
    "http://example.org/my film.mp4", " http://example.org/my film.mp4\n", "http://example.org/my%20film.mp4",
  ])
  func `may have spaces, as people write them`(_ text: String) throws {
    let address = try WebAddress(parsing: text)
    #expect(address.description == "http://example.org/my%20film.mp4" && address.host == "example.org")
  }

  @Test func `that no name server knows are told to be so`() {
    let error = #expect(throws: MediaError.self) {
      try AddressRules().check(WebAddress(parsing: "http://no-such-host.invalid/"))
    }
    #expect(error?.kind == .unreachable)
  }
}
