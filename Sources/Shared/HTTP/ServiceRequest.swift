internal import FlyingFox
internal import Foundation
internal import Synchronization

/// What somebody asks of a service.
public struct ServiceRequest: Sendable {
  /// Why the body of a request could not be read.
  public enum BodyError: Error, Equatable {
    case tooLarge(mostBytes: Int)
    case tooSlow
    /// It is not as long as was promised, or not framed as HTTP has it.
    case broken
  }

  /// `GET`, for example.
  public let method: String
  /// With its escapes, without the query.
  public let path: String
  let request: HTTPRequest
  private let body: Body

  /// What is shorter is read by the server before the service is asked.
  static let shortBody = 4_096
  /// A sender of less than this is given up.
  private static let slowBytes = 100_000
  private static let slowSeconds = 20

  init(_ request: HTTPRequest) {
    self.request = request
    method = request.method.rawValue
    path = request.path
    body = Body(request.bodySequence)
  }

  /// As far as its head tells, where nobody reads its body.
  init(_ head: RequestHead) {
    let words = head.lines[0].split(separator: " ")
    let target = words[1].split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    var headers = HTTPHeaders()
    for line in head.lines.dropFirst() {
      let field = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
      headers[HTTPHeader(field[0])] = field[1].trimmingCharacters(in: .whitespaces)
    }
    self.init(
      HTTPRequest(
        method: HTTPMethod(String(words[0])), version: .http11,
        target: .init(path: target[0], query: target.count > 1 ? target[1] : ""), headers: headers,
        body: HTTPBodySequence(data: Data())))
  }

  public func header(_ name: String) -> String? { request.headers[HTTPHeader(name)] }

  /// A word of the query, without its escapes.
  public func query(_ name: String) -> String? { request.query[name] }

  /// Reads the body, once.
  ///
  /// - Parameter take: Is given its bytes in turn.
  /// - Throws: `BodyError`, or what `take` throws.
  public func readBody(mostBytes: Int, take: @escaping @Sendable ([UInt8]) throws -> Void) async throws {
    guard request.bodySequence.count ?? 0 <= mostBytes else { throw BodyError.tooLarge(mostBytes: mostBytes) }
    try await body.read(mostBytes: mostBytes, take: take)
  }

  /// The one reading of a body.
  private final class Body: Sendable {
    private let chunks: HTTPBodySequence
    private let count = Mutex(0)

    init(_ chunks: HTTPBodySequence) { self.chunks = chunks }

    func read(mostBytes: Int, take: @escaping @Sendable ([UInt8]) throws -> Void) async throws {
      try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await self.readAll(mostBytes, take) }
        group.addTask { try await self.watch() }
        defer { group.cancelAll() }
        try await group.next()
      }
    }

    private func readAll(_ mostBytes: Int, _ take: ([UInt8]) throws -> Void) async throws {
      var iterator = chunks.makeAsyncIterator()
      while true {
        let next: Data?
        do {
          next = try await iterator.next()
        } catch { throw BodyError.broken }
        guard let chunk = next else { break }
        let total = count.withLock { count in
          count += chunk.count
          return count
        }
        guard total <= mostBytes else { throw BodyError.tooLarge(mostBytes: mostBytes) }
        try take(Array(chunk))
      }
      if let promised = chunks.count, count.withLock({ $0 }) != promised { throw BodyError.broken }
    }

    /// Throws once too little comes.
    private func watch() async throws {
      var before = 0
      while true {
        try await Task.sleep(for: .seconds(ServiceRequest.slowSeconds))
        let now = count.withLock { $0 }
        guard now - before >= ServiceRequest.slowBytes else { throw BodyError.tooSlow }
        before = now
      }
    }
  }
}
