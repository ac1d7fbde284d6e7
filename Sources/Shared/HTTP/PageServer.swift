internal import FlyingFox
internal import FlyingSocks
internal import Foundation

/// Why pages cannot be served: what was expected, and what came.
public struct PageServerError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }

  /// Nobody can listen at a place.
  init(_ place: ListeningPlace, _ error: any Error) {
    let reason = if case SocketError.failed(_, _, let message) = error { message } else { error.localizedDescription }
    self.init("expected to listen on \(place) for HTTP: \(reason)")
  }
}

/// Shows pages over HTTP, beside what a process does: tasks answer its requests, and the process's own threads never wait
/// for one.
public final class PageServer: Sendable {
  private typealias Start = Result<UInt16, PageServerError>

  /// Where it listens, with its real port.
  public let place: ListeningPlace
  private let task: Task<Void, Never>

  /// Listens from now on.
  public init(_ pages: [Page], at place: ListeningPlace) async throws(PageServerError) {
    let (starts, start) = AsyncStream.makeStream(of: Start.self)
    task = Task { await Self.serve(pages, at: place, start) }
    let first = await starts.first { _ in true }
    guard let first else { throw PageServerError("the pages were no longer wanted before they were there") }
    self.place = ListeningPlace(host: place.host, port: try first.get())
  }

  /// Listens from now on, for a thread, which waits until that is so; a task must not.
  public static func start(_ pages: [Page], at place: ListeningPlace) throws(PageServerError) -> PageServer {
    let handover = Handover<Result<PageServer, PageServerError>>()
    Task {
      do throws(PageServerError) {
        handover.give(.success(try await PageServer(pages, at: place)))
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
    _ pages: [Page], at place: ListeningPlace, _ start: AsyncStream<Start>.Continuation
  ) async {
    do {
      let server = try await server(of: pages, at: place)
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
        try? await Self.server(of: pages, at: place).run()
      }
    } catch {
      start.yield(.failure(PageServerError(place, error)))
    }
    start.finish()
  }

  private static func server(of pages: [Page], at place: ListeningPlace) async throws -> HTTPServer {
    let address = try place.socketAddress
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
