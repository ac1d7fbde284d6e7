internal import CCurl

/// A line to an object store that is kept open from one request to the next, for one thread at a time (libcurl's easy
/// handle).
@safe final class HTTPLine: @unchecked Sendable {  // libcurl lets a handle go from thread to thread
  private let handle: UnsafeMutableRawPointer
  private let access: BucketAccess

  /// Seconds for a connection, and for an answer of which nothing comes.
  private static let patienceSeconds = 10
  private static let silenceSeconds = 20

  init(_ access: BucketAccess) {
    guard let handle = unsafe curl_easy_init() else { preconditionFailure("libcurl begins") }
    unsafe self.handle = unsafe handle
    self.access = access
  }

  deinit { unsafe curl_easy_cleanup(handle) }

  /// Signs a request (AWS signature, version 4), sends it, and waits for the answer.
  ///
  /// What is sent is not part of the signature: it has a checksum of its own, and libcurl would read it twice.
  func exchange(_ request: HTTPRequest) -> HTTPResponse {
    let transfer = HTTPTransfer(sending: request.body, mostBytes: request.mostBytes)
    var headers = request.headers
    headers["x-amz-content-sha256"] = "UNSIGNED-PAYLOAD"
    headers["x-amz-security-token"] = access.sessionToken
    var list: UnsafeMutablePointer<curl_slist>?
    for (name, value) in headers.sorted(by: { $0.key < $1.key }) {
      unsafe list = unsafe curl_slist_append(list, "\(name): \(value)")
    }
    defer { unsafe curl_slist_free_all(list) }
    unsafe curl_easy_reset(handle)  // keeps the connection
    set(CURLOPT_URL, request.url)
    set(CURLOPT_CUSTOMREQUEST, request.method.rawValue)
    set(CURLOPT_AWS_SIGV4, "aws:amz:\(access.region):s3")
    set(CURLOPT_USERNAME, access.keyID)
    set(CURLOPT_PASSWORD, access.secret)
    unsafe check(curl_set_pointer(handle, CURLOPT_HTTPHEADER, list))
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_CONNECTTIMEOUT, Self.patienceSeconds)
    set(CURLOPT_LOW_SPEED_LIMIT, 1)
    set(CURLOPT_LOW_SPEED_TIME, Self.silenceSeconds)
    set(CURLOPT_NOBODY, request.method == .head ? 1 : 0)
    if request.method == .put || request.method == .post {
      set(CURLOPT_UPLOAD, 1)
      unsafe check(curl_set_offset(handle, CURLOPT_INFILESIZE_LARGE, request.body.count))
    }
    return withExtendedLifetime(transfer) {
      connect(transfer)
      let result = unsafe curl_easy_perform(handle)
      var response = transfer.response
      var status = 0
      unsafe check(curl_get_long(handle, CURLINFO_RESPONSE_CODE, &status))
      response.status = status
      if result != CURLE_OK {
        response.lostBecause = "\(access.endpoint): \(unsafe String(cString: curl_easy_strerror(result)))"
      }
      return response
    }
  }

  /// Has libcurl take what is sent from a transfer, and give it what comes.
  private func connect(_ transfer: HTTPTransfer) {
    let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
    for option in [CURLOPT_READDATA, CURLOPT_WRITEDATA, CURLOPT_HEADERDATA] {
      unsafe check(curl_set_pointer(handle, option, context))
    }
    unsafe check(
      curl_set_transfer(handle, CURLOPT_READFUNCTION) { bytes, size, count, context in
        unsafe HTTPTransfer.of(context).give(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
      })
    unsafe check(
      curl_set_transfer(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
        unsafe HTTPTransfer.of(context).take(UnsafeRawBufferPointer(start: bytes, count: size * count))
      })
    unsafe check(
      curl_set_transfer(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
        unsafe HTTPTransfer.of(context).takeHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
      })
  }

  private func set(_ option: CURLoption, _ value: String) { unsafe check(curl_set_string(handle, option, value)) }
  private func set(_ option: CURLoption, _ value: Int) { unsafe check(curl_set_long(handle, option, value)) }

  /// What is set is ours: libcurl knows it all.
  private func check(_ code: CURLcode) {
    precondition(code == CURLE_OK, "libcurl takes an option: \(unsafe String(cString: curl_easy_strerror(code)))")
  }
}
