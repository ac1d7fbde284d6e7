internal import FlyingFox
internal import FlyingSocks
internal import Foundation

/// A service, as the server asks it.
struct ServiceHandler: HTTPHandler {
  let service: Service

  func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
    let asked = ServiceRequest(request)
    let answer = await service(asked)
    if case .conversation(let conversation) = answer.content {
      let messages = MessageFrameWSHandler(handler: Messages(conversation: conversation))
      return try await WebSocketHTTPHandler(handler: messages).handleRequest(request)
    }
    await asked.discardBody()
    var headers = HTTPHeaders()
    for (name, value) in answer.headers { headers[HTTPHeader(name)] = value }
    // What is left of a body would be read as another request: nobody's who could be asked where he comes from.
    if !asked.isRead { headers[.connection] = "close" }
    return HTTPResponse(
      statusCode: HTTPStatusCode(answer.status, phrase: Self.phrases[answer.status] ?? "Answer"), headers: headers,
      body: body(of: answer, thenCloses: !asked.isRead))
  }

  private func body(of answer: ServiceResponse, thenCloses: Bool) -> HTTPBodySequence {
    switch answer.content {
    case .events(let events): HTTPBodySequence(from: ServerSentBytes(events: events))
    case .bytes(let bytes) where thenCloses: HTTPBodySequence(from: LastBytes(bytes: bytes), count: bytes.count)
    case .bytes(let bytes): HTTPBodySequence(data: Data(bytes))
    case .conversation: preconditionFailure("a conversation has no body")
    }
  }

  private static let phrases = [
    200: "OK", 202: "Accepted", 204: "No Content", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
    404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout", 413: "Payload Too Large",
    415: "Unsupported Media Type", 422: "Unprocessable Content", 429: "Too Many Requests",
    500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable",
  ]
}

/// Bytes after which the server closes the connection: it does so where they end with an error.
private struct LastBytes: AsyncBufferedSequence {
  typealias Element = UInt8
  struct End: Error {}

  let bytes: [UInt8]

  func makeAsyncIterator() -> Iterator { Iterator(left: bytes[...]) }

  struct Iterator: AsyncBufferedIteratorProtocol {
    var left: ArraySlice<UInt8>

    mutating func next() async throws -> UInt8? { try await nextBuffer(suggested: 1)?.first }

    mutating func nextBuffer(suggested count: Int) async throws -> ArraySlice<UInt8>? {
      guard !left.isEmpty else { throw End() }
      defer { left = left.dropFirst(count) }
      return left.prefix(count)
    }
  }
}

/// The messages of a WebSocket, as a conversation has them.
private struct Messages: WSMessageHandler {
  let conversation: any Conversation

  func makeMessages(for client: AsyncStream<WSMessage>) async throws -> AsyncStream<WSMessage> {
    Task {
      for await message in client {
        guard case .data(let bytes) = message else { break }
        conversation.hear(Array(bytes))
      }
      conversation.end()
    }
    let (messages, continuation) = AsyncStream.makeStream(of: WSMessage.self)
    let answering = Task {
      for await answer in conversation.answers { continuation.yield(.text(answer)) }
      continuation.yield(.close(.normalClosure))
      continuation.finish()
    }
    continuation.onTermination = { _ in answering.cancel() }
    return messages
  }
}
