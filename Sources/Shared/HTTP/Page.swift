/// A page that a process shows over HTTP.
public struct Page: Sendable {
  public enum Content: Sendable {
    /// 200, with plain text.
    case good(String)
    /// 503, with plain text.
    case unavailable(String)
    /// 200, with the bytes of a file: `text/html; charset=utf-8`, for example.
    case file([UInt8], mediaType: String)
    /// 200, with events as they come, until there are no more.
    case events(AsyncStream<ServerSentEvent>)
  }

  /// `/healthz`, for example.
  let path: String
  let content: @Sendable () -> Content

  /// - Parameter content: Is asked for at each request, on a thread that must not be kept waiting.
  public init(_ path: String, content: @escaping @Sendable () -> Content) {
    self.path = path
    self.content = content
  }
}
