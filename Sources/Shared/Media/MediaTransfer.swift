internal import Curl
internal import Glibc

/// The answer to one request, on its way from libcurl into a file.
final class MediaTransfer: CurlReceiver, CurlWatcher {
  private let host: String
  private let rules: AddressRules
  private let mostBytes: Int
  private let file: Int32
  private let isWanted: @Sendable () -> Bool

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

  /// Allows a connection where the rules do.
  func mayConnect(to address: UnsafeRawPointer) -> Bool {
    guard let found = unsafe InternetAddress(address) else { return false }
    guard rules.allows(found, of: host) else {
      failure = failure ?? rules.refusal(of: found, host: host)
      return false
    }
    return true
  }

  func take(_ buffer: UnsafeRawBufferPointer, of head: CurlHead) -> Bool {
    guard (200..<300).contains(head.status), !head.isPage else { return false }
    bytes += buffer.count
    guard bytes <= mostBytes else {
      failure = MediaError(.beyondLimits, "expected at most \(mostBytes) bytes, \(host.short) sends more")
      return false
    }
    var written = 0
    while written < buffer.count {
      let count = unsafe write(file, buffer.baseAddress! + written, buffer.count - written)
      if count < 0, errno == EINTR { continue }
      guard count > 0 else {
        failure = MediaError(
          .unreachable, "what was fetched cannot be kept: \(unsafe String(cString: strerror(errno)))")
        return false
      }
      written += count
    }
    return true
  }

  func goesOn() -> Bool {
    guard isWanted() else {
      failure = failure ?? MediaError(.unwanted, "nobody wants it any more")
      return false
    }
    return true
  }
}

extension CurlHead {
  /// Whether the answer is a page for people, with media somewhere on it.
  var isPage: Bool {
    let type = headers["content-type"]?.lowercased() ?? ""
    return type.hasPrefix("text/html") || type.hasPrefix("application/xhtml")
  }
}
