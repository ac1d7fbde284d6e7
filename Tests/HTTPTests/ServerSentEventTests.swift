import Foundation
import FoundationNetworking
import HTTP
import Testing

@Suite struct `Events on a page` {
  @Test func `come as the standard has them, whatever their length, and end where they end`() async throws {
    let long = String(repeating: "é", count: 50_000)
    let server = try PageServer(
      [
        Page("/events") {
          .events(
            AsyncStream { stream in
              for (name, data) in [("first", "1"), ("second", long)] {
                stream.yield(ServerSentEvent(name, data: data))
              }
              stream.finish()
            })
        },
        Page("/file") { .file([1, 2, 0, 255], mediaType: "image/png") },
      ], at: ListeningPlace(parsing: "0"))
    defer { server.stop() }
    let (data, response) = try await ask("/events", of: server)
    #expect(String(decoding: data, as: UTF8.self) == "event: first\ndata: 1\n\nevent: second\ndata: \(long)\n\n")
    #expect(response.value(forHTTPHeaderField: "Content-Type") == "text/event-stream")
    let file = try await ask("/file", of: server)
    #expect(file.0 == Data([1, 2, 0, 255]) && file.1.value(forHTTPHeaderField: "Content-Type") == "image/png")
  }

  private func ask(_ path: String, of server: PageServer) async throws -> (Data, HTTPURLResponse) {
    let url = try #require(URL(string: "http://\(server.place)\(path)"))
    for _ in 0..<100 {  // on a busy machine a request may be given up (500)
      let (data, response) = try await URLSession.shared.data(from: url)
      let answer = try #require(response as? HTTPURLResponse)
      if answer.statusCode != 500 { return (data, answer) }
    }
    throw URLError(.badServerResponse)
  }
}
