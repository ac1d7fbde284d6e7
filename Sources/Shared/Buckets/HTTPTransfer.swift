internal import Curl

/// The body of an answer, as it comes.
final class HTTPTransfer: CurlReceiver {
  private let mostBytes: Int
  private(set) var body: [UInt8] = []

  init(mostBytes: Int) { self.mostBytes = mostBytes }

  func take(_ bytes: UnsafeRawBufferPointer, of head: CurlHead) -> Bool {
    guard body.count + bytes.count <= mostBytes else { return false }
    unsafe body.append(contentsOf: bytes)
    return true
  }
}
