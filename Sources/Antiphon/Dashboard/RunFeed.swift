import Foundation
import HTTP
import Synchronization

/// What the open pages are told of a run: each, when it is opened, all that there is, and then what changes.
final class RunFeed: Sendable {
  private struct State {
    var picture = ""
    var points: [CurvePoint] = []
    var pages: [UUID: AsyncStream<ServerSentEvent>.Continuation] = [:]
  }

  /// A page that takes no more than this of what it is told is closed: it opens itself anew.
  private static let mostWaiting = 100

  private let state = Mutex(State())

  /// The events for a page that is opened now.
  func open() -> AsyncStream<ServerSentEvent> {
    let (stream, continuation) = AsyncStream.makeStream(
      of: ServerSentEvent.self, bufferingPolicy: .bufferingOldest(Self.mostWaiting))
    let id = UUID()
    continuation.onTermination = { [weak self] _ in self?.state.withLock { $0.pages[id] = nil } }
    state.withLock { state in
      state.pages[id] = continuation
      continuation.yield(ServerSentEvent("curves", data: Self.json(state.points)))
      if !state.picture.isEmpty { continuation.yield(ServerSentEvent("picture", data: state.picture)) }
    }
    return stream
  }

  /// - Parameters:
  ///   - added: The last points of the curves, which are new; `nil` where all are others.
  ///   - points: All of them.
  func tell(_ picture: RunPicture, added: [CurvePoint]?, points: [CurvePoint]) {
    let news = [
      ServerSentEvent("picture", data: Self.json(picture)),
      added.map { ServerSentEvent("points", data: Self.json($0)) }
        ?? ServerSentEvent("curves", data: Self.json(points)),
    ]
    let closed = state.withLock { state in
      state.picture = news[0].data
      state.points = points
      return state.pages.values.filter { page in
        news.contains { if case .enqueued = page.yield($0) { false } else { true } }
      }
    }
    for page in closed { page.finish() }
  }

  private static func json(_ value: some Encodable) -> String {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = .withoutEscapingSlashes
    // Numbers, words and nothing else: a loss is finite.
    return String(decoding: (try? encoder.encode(value)) ?? Data("null".utf8), as: UTF8.self)
  }
}
