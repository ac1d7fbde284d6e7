/// What is asked of an object store.
struct HTTPRequest: Sendable {
  enum Method: String {
    case delete = "DELETE"
    case get = "GET"
    case head = "HEAD"
    case post = "POST"
    case put = "PUT"
  }

  let method: Method
  let url: String
  var headers: [String: String] = [:]
  var body: [UInt8] = []
  /// The most bytes that the answer may have.
  var mostBytes = 1 << 26
}

/// What came back, whole or in part.
struct HTTPResponse: Sendable {
  /// 0 where the answer did not begin.
  var status = 0
  /// By their names in small letters.
  var headers: [String: String] = [:]
  var body: [UInt8] = []
  /// Why the line was lost before all had come; `nil` if all has.
  var lostBecause: String?
}
