internal import FlyingFox
internal import Foundation

/// A service, as the server asks it.
struct ServiceHandler: HTTPHandler {
  let service: Service
  let exchanges: Exchanges

  func handleRequest(_ request: HTTPRequest) async throws -> HTTPResponse {
    guard let number = request.headers[HTTPHeader(Exchanges.header)].flatMap({ Int($0) }) else {
      return HTTPResponse(statusCode: .forbidden)  // of somebody on this machine who did not come in by the door
    }
    var answer = await exchanges.work(at: number) { [service] in await service(ServiceRequest(request)) }
    if case .conversation(let conversation) = answer.content {
      let messages = MessageFrameWSHandler(handler: Messages(conversation: conversation))
      let response = try await WebSocketHTTPHandler(handler: messages).handleRequest(request)
      guard response.statusCode != .switchingProtocols else { return response }
      conversation.end()
      let reason = String(decoding: try await response.bodyData, as: UTF8.self)
      answer = ServiceResponse(
        400, headers: answer.headers.merging(["Content-Type": "application/json"]) { $1 },
        .bytes(Array(ServiceResponse.error("expected a WebSocket (RFC 6455): \(reason)").utf8)))
    }
    var headers = HTTPHeaders()
    for (name, value) in answer.headers { headers[HTTPHeader(name)] = value }
    headers[.connection] = "close"  // as the front door has it
    return HTTPResponse(
      statusCode: HTTPStatusCode(answer.status, phrase: ServiceResponse.phrase(of: answer.status)), headers: headers,
      body: body(of: answer))
  }

  private func body(of answer: ServiceResponse) -> HTTPBodySequence {
    switch answer.content {
    case .events(let events): HTTPBodySequence(from: ServerSentBytes(events: events))
    case .bytes(let bytes): HTTPBodySequence(data: Data(bytes))
    case .conversation: preconditionFailure("a conversation has no body")
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
