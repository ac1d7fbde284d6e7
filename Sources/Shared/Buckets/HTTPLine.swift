internal import Curl

/// A line to an object store that is kept open from one request to the next, for one thread at a time.
final class HTTPLine: @unchecked Sendable {  // libcurl lets a handle go from thread to thread
  private let handle = CurlHandle()
  private let access: BucketAccess

  /// Seconds for a connection, and for an answer of which nothing comes.
  private static let patienceSeconds = 10
  private static let silenceSeconds = 20

  init(_ access: BucketAccess) { self.access = access }

  /// Signs a request (AWS signature, version 4), sends it, and waits for the answer.
  ///
  /// What is sent is not part of the signature: it has a checksum of its own, and libcurl would read it twice.
  func exchange(_ request: HTTPRequest) -> HTTPResponse {
    var headers = request.headers
    headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD"
    headers["x-amz-security-token"] = access.sessionToken
    handle.reset()
    handle.set(.url, request.url)
    handle.set(.method, request.method.rawValue)
    handle.set(.signature, "aws:amz:\(access.region):s3")
    handle.set(.userName, access.keyID)
    handle.set(.password, access.secret)
    handle.set(.connectionSeconds, Self.patienceSeconds)
    handle.set(.slowBytesPerSecond, 1)
    handle.set(.slowSeconds, Self.silenceSeconds)
    handle.set(.headOnly, request.method == .head ? 1 : 0)
    let transfer = HTTPTransfer(mostBytes: request.mostBytes)
    let answer = handle.ask(
      headers: headers.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" },
      sending: request.method == .put || request.method == .post ? request.body : nil, into: transfer)
    return HTTPResponse(
      status: answer.head.status, headers: answer.head.headers, body: transfer.body,
      lostBecause: answer.failure.map { "\(access.endpoint): \($0)" })
  }
}
