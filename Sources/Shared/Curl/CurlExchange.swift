internal import CCurl
internal import Glibc

/// One request and its answer, on their way through libcurl: what its callbacks call.
final class CurlExchange {
  private let body: [UInt8]
  private var sent = 0
  private let receiver: any CurlReceiver
  private let watcher: (any CurlWatcher)?
  private(set) var head = CurlHead()

  init(body: [UInt8], _ receiver: any CurlReceiver, _ watcher: (any CurlWatcher)?) {
    self.body = body
    self.receiver = receiver
    self.watcher = watcher
  }

  /// The exchange that libcurl was handed.
  static func of(_ context: UnsafeMutableRawPointer?) -> CurlExchange {
    unsafe Unmanaged<CurlExchange>.fromOpaque(context!).takeUnretainedValue()
  }

  /// - Returns: How many bytes were given; 0 at the end.
  func give(_ destination: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(destination.count, body.count - sent)
    unsafe destination.copyBytes(from: body[sent..<sent + count])
    sent += count
    return count
  }

  /// - Returns: How many bytes were taken; where not all are, libcurl ends the transfer.
  func take(_ bytes: UnsafeRawBufferPointer) -> Int { unsafe receiver.take(bytes, of: head) ? bytes.count : 0 }

  func takeHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
    head.take(unsafe String(decoding: bytes, as: UTF8.self))
    return bytes.count
  }

  /// Opens a socket where the watcher allows it.
  func open(_ address: UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t {
    // Of version 6 it is longer than the field by which C declares it.
    let place = MemoryLayout<curl_sockaddr>.offset(of: \.addr)
    guard let address = unsafe address, let place, let watcher,
      unsafe watcher.mayConnect(to: UnsafeRawPointer(address) + place)
    else { return CURL_SOCKET_BAD }
    return unsafe socket(
      address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue), address.pointee.protocol)
  }

  var goesOn: Bool { watcher?.goesOn() ?? true }
}
