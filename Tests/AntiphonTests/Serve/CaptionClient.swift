import Foundation
import FoundationNetworking

/// Asks the caption service.
struct CaptionClient: Sendable {
  struct Answer {
    let status: Int
    let text: String
    /// By their names in small letters.
    let headers: [String: String]
  }

  struct Caption: Decodable, Equatable {
    let label: String
    let beginSeconds: Double
    let endSeconds: Double?
    let score: Double
  }

  struct Job: Decodable {
    let id: String
    let state: String
    let progress: Double
    let durationSeconds: Double?
    let error: String?
    let isComplete: Bool
    let note: String?
    let captions: [Caption]
  }

  let port: Int

  /// What a browser says that wants a WebSocket.
  static let upgrade =
    "GET /live HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"

  static func id(in text: String) throws -> String {
    guard let id = text.firstMatch(of: /"id":"([0-9a-f]{32})"/) else { throw URLError(.cannotParseResponse) }
    return String(id.1)
  }

  func ask(_ method: String, _ path: String, _ headers: [String: String] = [:], _ body: Data? = nil) async throws
    -> Answer
  {
    guard let url = URL(string: "http://127.0.0.1:\(port)\(path)") else { throw URLError(.badURL) }
    var request = URLRequest(url: url)
    request.httpMethod = method
    request.httpBody = body
    request.timeoutInterval = 120
    for (name, value) in headers { request.setValue(value, forHTTPHeaderField: name) }
    let session = URLSession(configuration: .ephemeral)
    defer { session.finishTasksAndInvalidate() }
    let (data, response) = try await session.data(for: request)
    guard let response = response as? HTTPURLResponse else { throw URLError(.badServerResponse) }
    let told = response.allHeaderFields.map { ("\($0.key)".lowercased(), "\($0.value)") }
    return Answer(
      status: response.statusCode, text: String(decoding: data, as: UTF8.self),
      headers: Dictionary(told) { first, _ in first })
  }

  /// - Returns: The id.
  func send(_ recording: Data) async throws -> String {
    let answer = try await ask("POST", "/captions", ["Content-Type": "application/octet-stream"], recording)
    guard answer.status == 202, answer.headers["location"] == "/captions/\(try Self.id(in: answer.text))" else {
      throw URLError(.badServerResponse, userInfo: [NSLocalizedDescriptionKey: answer.text])
    }
    return try Self.id(in: answer.text)
  }

  /// Asks until it is over.
  func wait(for id: String) async throws -> Job {
    for _ in 0..<600 {
      let answer = try await ask("GET", "/captions/\(id)")
      let decoder = JSONDecoder()
      decoder.keyDecodingStrategy = .convertFromSnakeCase
      let job = try decoder.decode(Job.self, from: Data(answer.text.utf8))
      if ["done", "failed", "cancelled"].contains(job.state) { return job }
      try await Task.sleep(for: .milliseconds(100))
    }
    throw URLError(.timedOut)
  }
}
