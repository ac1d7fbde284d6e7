import Synchronization

/// Answers ZeroMQ's question whether one who comes with a key may come in (ZAP, RFC 27). There is one in a context.
///
/// A request: version · request · domain · address · identity · mechanism · the client's public key, 32 bytes.
/// A reply:   version · request · status · its meaning · user · further facts.
final class ZapHandler: Sendable {
  private let socket: Mutex<Socket>
  private let admits: @Sendable (PublicKey) -> Bool

  init(in context: Context, admits: @escaping @Sendable (PublicKey) -> Bool) throws(TransportError) {
    let socket = try Socket(.reply, in: context)
    _ = try socket.bind("inproc://zeromq.zap.01")
    self.socket = Mutex(socket)
    self.admits = admits
  }

  /// Answers what is asked within some milliseconds.
  func answer(within milliseconds: Int) throws(TransportError) {
    try socket.withLock { socket throws(TransportError) in
      try Socket.wait(for: [socket.interest], milliseconds: milliseconds)
      while let parts = try socket.receive() { try socket.send(reply(to: parts.map(\.array))) }
    }
  }

  private func reply(to request: [[UInt8]]) -> [Message] {
    let isReadable = request.count == 7 && request[0] == Self.version && request[5] == Array("CURVE".utf8)
    let key = isReadable ? PublicKey(request[6]) : nil
    let (status, meaning) = key.map(admits) == true ? ("200", "admitted") : ("400", "not admitted")
    let name = request.count > 1 ? request[1] : []
    return [Self.version, name, Array(status.utf8), Array(meaning.utf8), [], []].map { Message($0) }
  }

  private static let version = Array("1.0".utf8)
}
