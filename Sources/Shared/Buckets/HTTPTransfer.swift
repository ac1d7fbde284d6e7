/// The bytes of one request and its answer, on their way through libcurl.
final class HTTPTransfer {
  private let body: [UInt8]
  private var sent = 0
  private let mostBytes: Int
  private(set) var response = HTTPResponse()

  init(sending body: [UInt8], mostBytes: Int) {
    self.body = body
    self.mostBytes = mostBytes
  }

  /// The transfer that libcurl was handed.
  static func of(_ context: UnsafeMutableRawPointer?) -> HTTPTransfer {
    unsafe Unmanaged<HTTPTransfer>.fromOpaque(context!).takeUnretainedValue()
  }

  /// - Returns: How many bytes were given; 0 at the end.
  func give(_ destination: UnsafeMutableRawBufferPointer) -> Int {
    let count = min(destination.count, body.count - sent)
    unsafe destination.copyBytes(from: body[sent..<sent + count])
    sent += count
    return count
  }

  /// - Returns: How many bytes were taken; where not all are, libcurl ends the transfer.
  func take(_ bytes: UnsafeRawBufferPointer) -> Int {
    guard response.body.count + bytes.count <= mostBytes else { return 0 }
    unsafe response.body.append(contentsOf: bytes)
    return bytes.count
  }

  /// Takes a line of the answer's head; those of an answer that another one follows ("100 Continue") are forgotten.
  func takeHeader(_ bytes: UnsafeRawBufferPointer) -> Int {
    let line = unsafe String(decoding: bytes, as: UTF8.self)
    if line.hasPrefix("HTTP/") { response.headers = [:] }
    let parts = line.split(separator: ":", maxSplits: 1)
    if parts.count == 2 {
      let value = parts[1].drop { $0 == " " }
      response.headers[parts[0].lowercased()] = String(value.prefix { !$0.isNewline })
    }
    return bytes.count
  }
}
