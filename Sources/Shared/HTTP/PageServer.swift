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
  private let server: ServiceServer

  /// Listens from now on.
  public init(_ pages: [Page], at place: ListeningPlace) throws(PageServerError) {
    server = try ServiceServer({ Self.answer($0, pages) }, at: place)
  }

  /// Where it listens, with its real port.
  public var place: ListeningPlace { server.place }

  /// Ends it.
  public func stop() { server.stop() }

  private static func answer(_ request: ServiceRequest, _ pages: [Page]) -> ServiceResponse {
    guard request.method == "GET", let page = pages.first(where: { $0.path == request.path }) else {
      return response(404, Array("there is no such page\n".utf8), plainText)
    }
    return switch page.content() {
    case .good(let text): response(200, Array(text.utf8), plainText)
    case .unavailable(let text): response(503, Array(text.utf8), plainText)
    case .file(let bytes, let mediaType): response(200, bytes, mediaType)
    case .events(let events):
      ServiceResponse(
        200, headers: ["Content-Type": "text/event-stream", "Cache-Control": "no-store"], .events(events))
    }
  }

  private static let plainText = "text/plain; charset=utf-8"

  private static func response(_ status: Int, _ bytes: [UInt8], _ mediaType: String) -> ServiceResponse {
    ServiceResponse(status, headers: ["Content-Type": mediaType], .bytes(bytes))
  }
}
