internal import CCurl
internal import Glibc

/// A handle of libcurl's easy interface: one request after the other, over a connection that is kept open.
@safe public struct CurlHandle: ~Copyable {
  private let handle: UnsafeMutableRawPointer

  public init() {
    guard let handle = unsafe curl_easy_init() else { preconditionFailure("libcurl begins") }
    unsafe self.handle = unsafe handle
  }

  deinit { unsafe curl_easy_cleanup(handle) }

  /// Forgets what was set, and keeps the connection.
  public func reset() { unsafe curl_easy_reset(handle) }

  public func set(_ option: CurlOption<String>, _ value: String) {
    unsafe check(curl_set_string(handle, option.number, value))
  }

  public func set(_ option: CurlOption<Int>, _ value: Int) { set(option.number, value) }

  /// Asks, and waits for the end of the answer.
  ///
  /// - Parameters:
  ///   - headers: A line each, without its end.
  ///   - body: What is sent; `nil` where nothing is.
  ///   - watcher: Asked for each connection, and meanwhile; `nil` where libcurl may do as it likes.
  public func ask(
    headers: [String] = [], sending body: [UInt8]? = nil, watcher: (any CurlWatcher)? = nil,
    into receiver: any CurlReceiver
  ) -> CurlAnswer {
    let exchange = CurlExchange(body: body ?? [], receiver, watcher)
    var list: UnsafeMutablePointer<curl_slist>?
    for header in headers { unsafe list = unsafe curl_slist_append(list, header) }
    defer { unsafe curl_slist_free_all(list) }
    unsafe check(curl_set_pointer(handle, CURLOPT_HTTPHEADER, list))
    set(CURLOPT_NOSIGNAL, 1)
    if let body {
      set(CURLOPT_UPLOAD, 1)
      unsafe check(curl_set_offset(handle, CURLOPT_INFILESIZE_LARGE, body.count))
    }
    return withExtendedLifetime(exchange) {
      connect(exchange)
      if watcher != nil { connectWatcher(exchange) }
      let result = unsafe curl_easy_perform(handle)
      var head = exchange.head
      unsafe check(curl_get_long(handle, CURLINFO_RESPONSE_CODE, &head.status))
      return CurlAnswer(
        head: head, failure: result == CURLE_OK ? nil : unsafe String(cString: curl_easy_strerror(result)),
        isTooSlow: result == CURLE_OPERATION_TIMEDOUT)
    }
  }

  /// Has libcurl take what is sent from an exchange, and give it what comes.
  private func connect(_ exchange: CurlExchange) {
    let context = unsafe Unmanaged.passUnretained(exchange).toOpaque()
    for option in [CURLOPT_READDATA, CURLOPT_WRITEDATA, CURLOPT_HEADERDATA] {
      unsafe check(curl_set_pointer(handle, option, context))
    }
    unsafe check(
      curl_set_transfer(handle, CURLOPT_READFUNCTION) { bytes, size, count, context in
        unsafe CurlExchange.of(context).give(UnsafeMutableRawBufferPointer(start: bytes, count: size * count))
      })
    unsafe check(
      curl_set_transfer(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
        unsafe CurlExchange.of(context).take(UnsafeRawBufferPointer(start: bytes, count: size * count))
      })
    unsafe check(
      curl_set_transfer(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
        unsafe CurlExchange.of(context).takeHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
      })
  }

  /// Has libcurl ask an exchange for sockets, and whether to go on.
  private func connectWatcher(_ exchange: CurlExchange) {
    let context = unsafe Unmanaged.passUnretained(exchange).toOpaque()
    for option in [CURLOPT_OPENSOCKETDATA, CURLOPT_XFERINFODATA] {
      unsafe check(curl_set_pointer(handle, option, context))
    }
    set(CURLOPT_NOPROGRESS, 0)
    unsafe check(curl_set_opening(handle) { context, _, address in unsafe CurlExchange.of(context).open(address) })
    unsafe check(
      curl_set_watching(handle) { context, _, _, _, _ in unsafe CurlExchange.of(context).goesOn ? 0 : 1 })
  }

  private func set(_ option: CURLoption, _ value: Int) { unsafe check(curl_set_long(handle, option, value)) }

  /// What is set is ours: libcurl knows it all.
  private func check(_ code: CURLcode) {
    precondition(code == CURLE_OK, "libcurl takes an option: \(unsafe String(cString: curl_easy_strerror(code)))")
  }
}
