internal import CCurl
internal import Glibc

/// An address of the web, `http:` or `https:`, as libcurl reads it: who checks it and who fetches it must not take it for
/// two different ones.
public struct WebAddress: Equatable, Sendable, CustomStringConvertible {
  /// The whole, without what comes after '#'.
  public let description: String
  /// In small letters; a number of version 6 without its brackets.
  public let host: String

  public init(parsing text: String) throws(MediaError) { try self.init(text, from: nil) }

  /// Where this address sends whoever asks.
  ///
  /// - Parameter location: As the answer has it: whole, or relative to this address.
  func redirected(to location: String) throws(MediaError) -> WebAddress { try WebAddress(location, from: self) }

  private init(_ text: String, from base: WebAddress?) throws(MediaError) {
    let wrong = MediaError(
      .noAddress, "expected an address that begins with http:// or https://, found '\(text.short)'")
    guard let parts = unsafe curl_url() else { preconditionFailure("libcurl has memory for an address") }
    defer { unsafe curl_url_cleanup(parts) }
    // libcurl takes what comes second as relative to what came first.
    for text in [base?.description, text].compactMap({ $0 }) {
      guard !text.utf8.contains(0), unsafe curl_url_set(parts, CURLUPART_URL, text, 0) == CURLUE_OK else { throw wrong }
    }
    _ = unsafe curl_url_set(parts, CURLUPART_FRAGMENT, nil, 0)
    guard let scheme = unsafe Self.part(CURLUPART_SCHEME, of: parts), ["http", "https"].contains(scheme.lowercased()),
      let host = unsafe Self.part(CURLUPART_HOST, of: parts), let whole = unsafe Self.part(CURLUPART_URL, of: parts)
    else { throw wrong }
    description = whole
    let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    // A name with a point at its end is the same.
    self.host = (bare.hasSuffix(".") ? String(bare.dropLast()) : bare).lowercased()
  }

  private static func part(_ part: CURLUPart, of parts: OpaquePointer) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard unsafe curl_url_get(parts, part, &text, 0) == CURLUE_OK, let text = unsafe text else { return nil }
    defer { unsafe curl_free(text) }
    return unsafe String(cString: text)
  }

  /// The numbers of its host, as the system finds them (`getaddrinfo`). Takes as long as that takes.
  public func addresses() throws(MediaError) -> [InternetAddress] {
    var hints = unsafe addrinfo()
    unsafe hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
    var list: UnsafeMutablePointer<addrinfo>?
    let result = unsafe getaddrinfo(host, nil, &hints, &list)
    guard result == 0 else {
      throw MediaError(
        .unreachable,
        "expected a host that can be found, '\(host.short)' is none: \(unsafe String(cString: gai_strerror(result)))")
    }
    defer { unsafe freeaddrinfo(list) }
    var found: [InternetAddress] = []
    var next = unsafe list
    while let entry = unsafe next {
      if let address = unsafe entry.pointee.ai_addr.flatMap({ unsafe InternetAddress($0) }) { found.append(address) }
      unsafe next = unsafe entry.pointee.ai_next
    }
    return found
  }
}

extension String {
  /// What strangers wrote, on one line that is not too long.
  var short: String {
    String(split(whereSeparator: \.isNewline).joined(separator: " ").prefix(200))
  }
}
