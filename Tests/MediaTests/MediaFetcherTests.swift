import Foundation
import Media
import Testing

@Suite struct `Media of the web` {
  /// What fetching from a host on loopback, which is allowed by its number, ends with.
  private func fetch(
    _ path: String, of host: TestHost, change: (inout FetchLimits) -> Void = { _ in },
    isWanted: @escaping @Sendable () -> Bool = { true }
  ) throws -> String {
    let scratch = try Scratch()
    var limits = FetchLimits()
    change(&limits)
    let fetcher = MediaFetcher(AddressRules(allowedHosts: ["127.0.0.1"]), limits: limits)
    let address = try WebAddress(parsing: "http://127.0.0.1:\(host.port)\(path)")
    return try String(contentsOfFile: fetcher.fetch(address, into: scratch.folder, isWanted: isWanted), encoding: .utf8)
  }

  @Test func `are fetched as they are, where redirections lead`() throws {
    let host = try TestHost { path in
      switch path {
      case "/a/first": TestHost.whole("302 Found", ["Location: ../second?x=1"])
      case "/second?x=1": TestHost.whole("301 Moved", ["Location: /third"])
      default: TestHost.whole("200 OK", ["Content-Type: audio/ogg"], "sound")
      }
    }
    defer { host.close() }
    #expect(try fetch("/a/first#there", of: host) == "sound")
    #expect(host.asked == ["/a/first", "/second?x=1", "/third"])
  }

  @Test func `are not fetched where a redirection leads into the machine, nor where there is no end of them`() throws {
    let secret = try TestHost { _ in TestHost.whole("200 OK", [], "secret") }
    defer { secret.close() }
    let port = secret.port
    let host = try TestHost { path in
      path == "/round"
        ? TestHost.whole("302 Found", ["Location: /round"])
        : TestHost.whole("302 Found", ["Location: http://localhost:\(port)/"])
    }
    defer { host.close() }
    let refused = #expect(throws: MediaError.self) { try fetch("/", of: host) }
    #expect(refused?.kind == .notPublic && secret.asked.isEmpty, "\(refused!)")
    let round = #expect(throws: MediaError.self) { try fetch("/round", of: host) }
    #expect(round?.kind == .unreachable && host.asked.count == 7, "\(round!)")
  }

  @Test func `are not followed to files of the machine`() throws {
    let host = try TestHost { _ in TestHost.whole("302 Found", ["Location: file:///etc/passwd"]) }
    defer { host.close() }
    #expect(throws: MediaError.self) { try fetch("/", of: host) }
  }

  @Test func `that are too large, come too slowly, or are no longer wanted are left`() throws {
    let host = try TestHost { path in
      let head = "HTTP/1.1 200 OK\r\nContent-Type: audio/ogg\r\nConnection: close\r\n\r\n"
      return path == "/large"
        ? ([head] + Array(repeating: String(repeating: "x", count: 1000), count: 50), 0)
        : ([head] + Array(repeating: "x", count: 200), 0.1)
    }
    defer { host.close() }
    let large = #expect(throws: MediaError.self) { try fetch("/large", of: host) { $0.bytes = 20_000 } }
    #expect(large?.kind == .beyondLimits && "\(large!)".contains("20000 bytes"), "\(large!)")
    let slow = #expect(throws: MediaError.self) { try fetch("/slow", of: host) { $0.slowSeconds = 2 } }
    #expect(slow?.kind == .beyondLimits && "\(slow!)".contains("too slow"), "\(slow!)")
    let left = #expect(throws: MediaError.self) { try fetch("/slow", of: host, isWanted: { false }) }
    #expect(left?.kind == .unwanted, "\(left!)")
  }

  @Test func `that are none are told to be so in one line`() throws {
    let host = try TestHost { path in
      switch path {
      case "/page": TestHost.whole("200 OK", ["Content-Type: text/html; charset=utf-8"], "<html>")
      case "/nothing": TestHost.whole("200 OK", ["Content-Type: audio/ogg"])
      default: TestHost.whole("404 Not Found", ["Content-Type: text/html"], "<html>")
      }
    }
    defer { host.close() }
    for (path, words) in [("/absent", "404"), ("/nothing", "sends nothing"), ("/page", "yt-dlp")] {
      let error = #expect(throws: MediaError.self, "\(path)") { try fetch(path, of: host) }
      #expect("\(error!)".contains(words) && !"\(error!)".contains("\n"), "\(error!)")
    }
    host.close()
    let gone = try WebAddress(parsing: "http://127.0.0.1:9/")
    let scratch = try Scratch()
    let error = #expect(throws: MediaError.self) {
      try MediaFetcher(AddressRules(allowedHosts: ["127.0.0.1"])).fetch(gone, into: scratch.folder, isWanted: { true })
    }
    #expect(error?.kind == .unreachable)
  }
}
