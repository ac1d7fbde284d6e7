internal import Curl
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
    let text = text.trimmed
    guard let address = CurlAddress(text, from: base?.description) else {
      throw MediaError(.noAddress, "expected an address such as https://example.org/film.mp4, found '\(text.short)'")
    }
    guard ["http", "https"].contains(address.scheme.lowercased()) else {
      throw MediaError(
        .noAddress, "expected an address that begins with http:// or https://, found '\(text.short)'")
    }
    description = address.whole
    let host = address.host
    let bare = host.hasPrefix("[") ? String(host.dropFirst().dropLast()) : host
    // A name with a point at its end is the same.
    self.host = (bare.hasSuffix(".") ? String(bare.dropLast()) : bare).lowercased()
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
      if let place = unsafe entry.pointee.ai_addr, let address = unsafe InternetAddress(UnsafeRawPointer(place)) {
        found.append(address)
      }
      unsafe next = unsafe entry.pointee.ai_next
    }
    return found
  }
}

extension String {
  fileprivate var trimmed: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }

  /// What strangers wrote, on one line that is not too long.
  var short: String {
    String(split(whereSeparator: \.isNewline).joined(separator: " ").prefix(200))
  }
}
