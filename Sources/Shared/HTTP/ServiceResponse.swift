/// Answers what is asked, on a thread that must not be kept waiting.
public typealias Service = @Sendable (ServiceRequest) async -> ServiceResponse

/// What a service answers.
public struct ServiceResponse: Sendable {
  public enum Content: Sendable {
    case bytes([UInt8])
    /// Events as they come, until there are no more.
    case events(AsyncStream<ServerSentEvent>)
    /// A WebSocket, where one was asked for.
    case conversation(any Conversation)
  }

  /// 200, for example.
  public var status: Int
  public var headers: [String: String]
  public let content: Content

  public init(_ status: Int, headers: [String: String] = [:], _ content: Content) {
    self.status = status
    self.headers = headers
    self.content = content
  }

  /// What HTTP calls a status.
  static func phrase(of status: Int) -> String { phrases[status] ?? "Answer" }

  /// One line that says why not, without quotes, as JSON.
  static func error(_ reason: String) -> String { "{\"error\":\"\(reason)\"}" }

  private static let phrases = [
    200: "OK", 202: "Accepted", 204: "No Content", 400: "Bad Request", 401: "Unauthorized", 403: "Forbidden",
    404: "Not Found", 405: "Method Not Allowed", 408: "Request Timeout", 413: "Payload Too Large",
    415: "Unsupported Media Type", 422: "Unprocessable Content", 429: "Too Many Requests",
    431: "Request Header Fields Too Large",
    500: "Internal Server Error", 501: "Not Implemented", 502: "Bad Gateway", 503: "Service Unavailable",
  ]
}

/// What is said over a WebSocket (RFC 6455).
public protocol Conversation: Sendable {
  /// Takes a message of bytes, one after the other; must not wait.
  func hear(_ bytes: [UInt8])
  /// The other side has gone, or has said something that was not expected.
  func end()
  /// Messages of text for the other side; the conversation ends with them.
  var answers: AsyncStream<String> { get }
}
