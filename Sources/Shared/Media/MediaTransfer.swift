internal import CCurl
internal import Glibc

/// The answer to one request, on its way from libcurl into a file.
final class MediaTransfer {
  private let host: String
  private let rules: AddressRules
  private let mostBytes: Int
  private let file: Int32
  private let isWanted: @Sendable () -> Bool

  private(set) var status = 0
  /// By their names in small letters.
  private(set) var headers: [String: String] = [:]
  private(set) var bytes = 0
  /// Why it was ended from here.
  private(set) var failure: MediaError?

  /// - Parameters:
  ///   - host: The one that is asked.
  ///   - file: A descriptor, to which the answer goes if it is media.
  init(
    from host: String, _ rules: AddressRules, mostBytes: Int, into file: Int32, isWanted: @escaping @Sendable () -> Bool
  ) {
    self.host = host
    self.rules = rules
    self.mostBytes = mostBytes
    self.file = file
    self.isWanted = isWanted
  }

  /// The transfer that libcurl was handed.
  static func of(_ context: UnsafeMutableRawPointer?) -> MediaTransfer {
    unsafe Unmanaged<MediaTransfer>.fromOpaque(context!).takeUnretainedValue()
  }

  /// Whether the answer is a page for people, with media somewhere on it.
  var isPage: Bool {
    let type = headers["content-type"]?.lowercased() ?? ""
    return type.hasPrefix("text/html") || type.hasPrefix("application/xhtml")
  }

  private var isMedia: Bool { (200..<300).contains(status) && !isPage }

  /// Opens a socket where the rules allow it: here no name is between what is checked and what is connected to.
  func open(_ address: UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t {
    guard let address = unsafe address,
      let found = unsafe withUnsafePointer(to: &address.pointee.addr, { unsafe InternetAddress($0) })
    else { return CURL_SOCKET_BAD }
    guard rules.allows(found, of: host) else {
      failure = failure ?? rules.refusal(of: found, host: host)
      return CURL_SOCKET_BAD
    }
    return unsafe socket(
      address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
  }

  /// - Returns: How many bytes were taken; where not all are, libcurl ends the transfer.
  func take(_ buffer: UnsafeRawBufferPointer) -> Int {
    guard isMedia else { return 0 }
    bytes += buffer.count
    guard bytes <= mostBytes else {
      failure = MediaError(.beyondLimits, "expected at most \(mostBytes) bytes, \(host.short) sends more")
      return 0
    }
    var written = 0
    while written < buffer.count {
      let count = unsafe write(file, buffer.baseAddress! + written, buffer.count - written)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        failure = MediaError(
          .unreachable, "what was fetched cannot be kept: \(unsafe String(cString: strerror(errno)))")
        return 0
      }
      written += count
    }
    return buffer.count
  }

  /// Takes a line of the answer's head; those of an answer that another one follows ("100 Continue") are forgotten.
  func takeHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
    let line = unsafe String(decoding: bytes, as: UTF8.self)
    if line.hasPrefix("HTTP/") {
      headers = [:]
      status = line.split(separator: " ").dropFirst().first.flatMap { Int($0.prefix(3)) } ?? 0
    }
    let parts = line.split(separator: ":", maxSplits: 1)
    if parts.count == 2 {
      headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " }.prefix { !$0.isNewline })
    }
    return bytes.count
  }

  /// - Returns: Whether to go on.
  func goesOn() -> Bool {
    guard isWanted() else {
      failure = failure ?? MediaError(.unwanted, "nobody wants it any more")
      return false
    }
    return true
  }
}
