internal import CCurl

/// One request for media to one host, which follows nobody elsewhere (libcurl's easy interface).
@safe struct MediaRequest: ~Copyable {
  enum Answer {
    case media
    /// A page for people.
    case page
    case redirect(to: String)
  }

  private let handle: UnsafeMutableRawPointer
  private let address: WebAddress
  private let limits: FetchLimits

  init(_ address: WebAddress, _ limits: FetchLimits) {
    guard let handle = unsafe curl_easy_init() else { preconditionFailure("libcurl begins") }
    unsafe self.handle = unsafe handle
    self.address = address
    self.limits = limits
  }

  deinit { unsafe curl_easy_cleanup(handle) }

  /// Asks, and waits for the end of the answer.
  func send(into transfer: MediaTransfer) throws(MediaError) -> Answer {
    set(CURLOPT_URL, address.description)
    set(CURLOPT_PROTOCOLS_STR, "http,https")
    set(CURLOPT_PROXY, "")  // a proxy would connect to what is not checked here
    set(CURLOPT_USERAGENT, "antiphon")
    set(CURLOPT_NOSIGNAL, 1)
    set(CURLOPT_FOLLOWLOCATION, 0)
    set(CURLOPT_CONNECTTIMEOUT, limits.patienceSeconds)
    set(CURLOPT_TIMEOUT, limits.seconds)
    set(CURLOPT_LOW_SPEED_LIMIT, limits.slowBytesPerSecond)
    set(CURLOPT_LOW_SPEED_TIME, limits.slowSeconds)
    set(CURLOPT_NOPROGRESS, 0)
    return try withExtendedLifetime(transfer) { () throws(MediaError) in
      connect(transfer)
      let result = unsafe curl_easy_perform(handle)
      if let failure = transfer.failure { throw failure }
      if (300..<400).contains(transfer.status), let location = transfer.headers["location"] {
        return .redirect(to: location)
      }
      if (200..<300).contains(transfer.status), transfer.isPage { return .page }
      try check(result, transfer)
      return .media
    }
  }

  private func check(_ result: CURLcode, _ transfer: MediaTransfer) throws(MediaError) {
    let host = address.host.short
    guard transfer.status == 0 || (200..<300).contains(transfer.status) else {
      throw MediaError(.unreachable, "expected media, \(host) answers \(transfer.status)")
    }
    switch result {
    case CURLE_OK: break
    case CURLE_OPERATION_TIMEDOUT where transfer.status != 0:
      throw MediaError(
        .beyondLimits,
        "expected \(limits.slowBytesPerSecond) bytes a second, and all within \(limits.seconds) s: "
          + "\(host) is too slow")
    default: throw MediaError(.unreachable, "\(host): \(unsafe String(cString: curl_easy_strerror(result)))")
    }
    guard transfer.bytes > 0 else { throw MediaError(.notMedia, "expected media, \(host) sends nothing") }
  }

  /// Has libcurl ask a transfer for sockets, and give it what comes.
  private func connect(_ transfer: MediaTransfer) {
    let context = unsafe Unmanaged.passUnretained(transfer).toOpaque()
    for option in [CURLOPT_WRITEDATA, CURLOPT_HEADERDATA, CURLOPT_OPENSOCKETDATA, CURLOPT_XFERINFODATA] {
      unsafe check(curl_set_pointer(handle, option, context))
    }
    unsafe check(curl_set_opening(handle) { context, _, address in unsafe MediaTransfer.of(context).open(address) })
    unsafe check(
      curl_set_watching(handle) { context, _, _, _, _ in unsafe MediaTransfer.of(context).goesOn() ? 0 : 1 })
    unsafe check(
      curl_set_transfer(handle, CURLOPT_WRITEFUNCTION) { bytes, size, count, context in
        unsafe MediaTransfer.of(context).take(UnsafeRawBufferPointer(start: bytes, count: size * count))
      })
    unsafe check(
      curl_set_transfer(handle, CURLOPT_HEADERFUNCTION) { bytes, size, count, context in
        unsafe MediaTransfer.of(context).takeHeader(UnsafeRawBufferPointer(start: bytes, count: size * count))
      })
  }

  private func set(_ option: CURLoption, _ value: String) { unsafe check(curl_set_string(handle, option, value)) }
  private func set(_ option: CURLoption, _ value: Int) { unsafe check(curl_set_long(handle, option, value)) }

  /// What is set is ours: libcurl knows it all.
  private func check(_ code: CURLcode) {
    precondition(code == CURLE_OK, "libcurl takes an option: \(unsafe String(cString: curl_easy_strerror(code)))")
  }
}
