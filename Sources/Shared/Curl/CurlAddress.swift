internal import CCurl

/// An address as libcurl reads it.
public struct CurlAddress {
  /// The whole, without what comes after '#'.
  public let whole: String
  public let scheme: String
  /// A number of version 6 in brackets.
  public let host: String

  /// - Parameter base: To what the text is relative, if it is not whole.
  /// - Returns: `nil` if it is no address.
  public init?(_ text: String, from base: String? = nil) {
    guard let parts = unsafe curl_url() else { preconditionFailure("libcurl has memory for an address") }
    defer { unsafe curl_url_cleanup(parts) }
    let encoded = UInt32(CURLU_URLENCODE)  // spaces, as people write them
    // libcurl takes what comes second as relative to what came first.
    for text in [base, text].compactMap({ $0 }) {
      guard !text.utf8.contains(0), unsafe curl_url_set(parts, CURLUPART_URL, text, encoded) == CURLUE_OK else {
        return nil
      }
    }
    _ = unsafe curl_url_set(parts, CURLUPART_FRAGMENT, nil, 0)
    guard let scheme = unsafe Self.part(CURLUPART_SCHEME, of: parts),
      let host = unsafe Self.part(CURLUPART_HOST, of: parts), let whole = unsafe Self.part(CURLUPART_URL, of: parts)
    else { return nil }
    (self.whole, self.scheme, self.host) = (whole, scheme, host)
  }

  private static func part(_ part: CURLUPart, of parts: OpaquePointer) -> String? {
    var text: UnsafeMutablePointer<CChar>?
    guard unsafe curl_url_get(parts, part, &text, 0) == CURLUE_OK, let text = unsafe text else { return nil }
    defer { unsafe curl_free(text) }
    return unsafe String(cString: text)
  }
}
