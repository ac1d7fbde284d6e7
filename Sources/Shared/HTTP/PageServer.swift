internal import FlyingFox
internal import FlyingSocks
internal import Foundation

/// Why pages cannot be served: what was expected, and what came.
public struct PageServerError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}

/// Shows pages over HTTP, beside what a process does: tasks answer its requests, and the process's own threads never wait
/// for one.
public final class PageServer: Sendable {
  private typealias Start = Result<UInt16, PageServerError>

  /// What is served.
  private enum Content: Sendable {
    case pages([Page])
    case service(Service)
  }

  /// Seconds for which a service may think about an answer: an upload, or a film, takes its time.
  private static let longestAnswer = 3_600.0

  /// Where it listens, with its real port.
  public let place: ListeningPlace
  private let task: Task<Void, Never>

  /// Listens from now on.
  public convenience init(_ pages: [Page], at place: ListeningPlace) async throws(PageServerError) {
    try await self.init(.pages(pages), at: place)
  }

  private init(_ content: Content, at place: ListeningPlace) async throws(PageServerError) {
    let (starts, start) = AsyncStream.makeStream(of: Start.self)
    task = Task { await Self.serve(content, at: place, start) }
    let first = await starts.first { _ in true }
    guard let first else { throw PageServerError("the pages were no longer wanted before they were there") }
    self.place = ListeningPlace(host: place.host, port: try first.get())
  }

  /// Listens from now on, for a thread, which waits until that is so; a task must not.
  public static func start(_ pages: [Page], at place: ListeningPlace) throws(PageServerError) -> PageServer {
    try start(.pages(pages), at: place)
  }

  /// Listens from now on for whatever is asked of a service, for a thread.
  public static func start(
    answering service: @escaping Service, at place: ListeningPlace
  ) throws(PageServerError) -> PageServer {
    try start(.service(service), at: place)
  }

  private static func start(_ content: Content, at place: ListeningPlace) throws(PageServerError) -> PageServer {
    let handover = Handover<Result<PageServer, PageServerError>>()
    Task {
      do throws(PageServerError) {
        handover.give(.success(try await PageServer(content, at: place)))
      } catch { handover.give(.failure(error)) }
    }
    return try handover.take().get()
  }

  deinit { task.cancel() }

  /// Ends it.
  public func stop() { task.cancel() }

  /// Listens until the task is cancelled, and tells the port, or why that is not possible.
  ///
  /// Where it ends later on, since somebody's connections have taken all files that there are to be opened, say, it begins
  /// anew, without them: a process whose pages do not answer would be taken for dead.
  private static func serve(
    _ content: Content, at place: ListeningPlace, _ start: AsyncStream<Start>.Continuation
  ) async {
    do {
      let server = try await server(of: content, at: place)
      let listening = Task {
        try await server.waitUntilListening()
        if let port = await server.port { start.yield(.success(port)) }
      }
      do {
        try await server.run()
      } catch {
        listening.cancel()
        guard case .success = await listening.result else { throw error }
      }
      while !Task.isCancelled {
        try? await Task.sleep(for: .seconds(1))
        try? await Self.server(of: content, at: place).run()
      }
    } catch {
      start.yield(.failure(PageServerError("expected to listen on \(place) for HTTP: \(reason(of: error))")))
    }
    start.finish()
  }

  private static func server(of content: Content, at place: ListeningPlace) async throws -> HTTPServer {
    let address = try place.socketAddress
    switch content {
    case .pages(let pages): return try await server(of: pages, at: address)
    case .service(let service):
      let configuration = HTTPServer.Configuration(
        address: address, timeout: longestAnswer, sharedRequestBufferSize: ServiceRequest.shortBody,
        sharedRequestReplaySize: 0, logger: .disabled)
      return HTTPServer(config: configuration, handler: ServiceHandler(service: service))
    }
  }

  private static func server(of pages: [Page], at address: some SocketAddress) async throws -> HTTPServer {
    let server = HTTPServer(config: HTTPServer.Configuration(address: address, logger: .disabled))
    for page in pages {
      await server.appendRoute(HTTPRoute("GET \(page.path)")) { _ in
        switch page.content() {
        case .good(let text): response(.ok, Array(text.utf8), plainText)
        case .unavailable(let text): response(.serviceUnavailable, Array(text.utf8), plainText)
        case .file(let bytes, let mediaType): response(.ok, bytes, mediaType)
        case .events(let events):
          HTTPResponse(
            statusCode: .ok, headers: [.contentType: "text/event-stream", HTTPHeader("Cache-Control"): "no-store"],
            body: HTTPBodySequence(from: ServerSentBytes(events: events)))
        }
      }
    }
    return server
  }

  private static let plainText = "text/plain; charset=utf-8"

  private static func response(_ status: HTTPStatusCode, _ bytes: [UInt8], _ mediaType: String) -> HTTPResponse {
    HTTPResponse(statusCode: status, headers: [.contentType: mediaType], body: Data(bytes))
  }

  private static func reason(of error: any Error) -> String {
    if case SocketError.failed(_, _, let message) = error { return message }
    return error.localizedDescription
  }
}

extension HTTPServer {
  /// The port on which it listens.
  fileprivate var port: UInt16? {
    switch listeningAddress {
    case .ip4(_, let port), .ip6(_, let port): port
    case .unix, nil: nil
    }
  }
}
