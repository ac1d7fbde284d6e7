import Dispatch
import Foundation
import FoundationNetworking
import HTTP
import Testing

@Suite struct `Pages over HTTP` {
  private let health = ProcessHealth()

  /// The status of a page and what it says. Where a machine is busy with other tests, a request may be given up (500).
  private func ask(_ path: String, of server: PageServer, _ method: String = "GET") async throws -> (Int, String) {
    var request = URLRequest(url: try #require(URL(string: "http://\(server.place)\(path)")))
    request.httpMethod = method
    for _ in 0..<100 {
      let (data, response) = try await URLSession.shared.data(for: request)
      let status = try #require(response as? HTTPURLResponse).statusCode
      if status != 500 { return (status, String(decoding: data, as: UTF8.self)) }
    }
    return (500, "")
  }

  @Test func `tell what is so when they are asked for`() async throws {
    let server = try PageServer(health.pages(), at: ListeningPlace(parsing: "0"))
    defer { server.stop() }
    #expect(try await ask("/healthz", of: server) == (200, "ok\n"))
    #expect(try await ask("/readyz", of: server) == (503, "not ready\n"))
    health.turned()
    health.becomeReady()
    #expect(try await ask("/readyz", of: server) == (200, "ready\n"))
    #expect(try await ask("/healthz?from=kubelet", of: server).0 == 200)
    #expect(try await ask("/", of: server).0 == 404)
    #expect(try await ask("/healthz", of: server, "POST").0 == 404)
  }

  @Test func `say that the process is stuck`() async throws {
    let pages = health.pages(now: { .now() + 100 })
    let server = try PageServer(pages, at: ListeningPlace(parsing: "localhost:0"))
    defer { server.stop() }
    health.turned()
    health.becomeReady()
    let (status, text) = try await ask("/healthz", of: server)
    #expect(status == 503 && text.hasPrefix("the main loop has not turned for "), "\(text)")
    #expect(try await ask("/readyz", of: server).0 == 503)
  }

  @Test func `are not listened for where somebody else listens`() async throws {
    let first = try PageServer([], at: ListeningPlace(parsing: "127.0.0.1:0"))
    defer { first.stop() }
    let error = #expect(throws: PageServerError.self) { try PageServer([], at: first.place) }
    #expect(error?.description == "expected to listen on \(first.place) for HTTP: Address already in use")
  }

  @Test(arguments: [
    ("8080", "127.0.0.1:8080"), ("0.0.0.0:80", "0.0.0.0:80"), ("localhost:0", "127.0.0.1:0"), ("[::]:9", "[::]:9"),
  ])
  func `are served on this machine only, unless a host is named`(_ text: String, _ place: String) throws {
    #expect(try "\(ListeningPlace(parsing: text))" == place)
  }

  @Test(arguments: [
    "", "http", "65536", "-1", ":80", "node-7:80", "1.2.3:80", "::1:80", "[::1:80", "[::1]", "0.0.0.0:",
  ])
  func `are not served at what is no place`(_ text: String) {
    let error = #expect(throws: PageServerError.self) { try ListeningPlace(parsing: text) }
    #expect(error?.description.contains("'\(text)'") ?? false)
  }
}
