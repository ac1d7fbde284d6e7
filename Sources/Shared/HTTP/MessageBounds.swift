/// Follows what a client sends over a WebSocket (RFC 6455, section 5.2), so that no message is larger than it may be, all are
/// masked, and there are not more pings than somebody who reads the answers would send: a plain value.
struct MessageBounds {
  static let mostBytes = 1 << 20
  /// Control frames, each of which may be answered: so many at once, and so many a second after that.
  static let mostControls = 100.0
  static let controlsPerSecond = 10.0

  /// Bytes of a frame's head that has not all come.
  private var head: [UInt8] = []
  /// Bytes of the frame that are still to come.
  private var left = 0
  /// Bytes of the message, whose last frame may be to come.
  private var message = 0
  private var controls = 0.0

  /// Takes what has come.
  ///
  /// - Parameter seconds: Since the first bytes.
  /// - Returns: Whether it may go on to the server.
  mutating func admit(_ bytes: some Sequence<UInt8>, after seconds: Double) -> Bool {
    for byte in bytes {
      guard left == 0 else {
        left -= 1
        continue
      }
      head.append(byte)
      guard let size = payloadCount else { continue }
      // Extensions, of which the reserved bits would be, are never agreed to.
      guard head[0] & 0x70 == 0, head[1] & 0x80 != 0 else { return false }
      let isControl = head[0] & 0x08 != 0  // which may come between the frames of a message
      if isControl { controls += 1 } else { message += size }
      guard controls <= Self.mostControls + seconds * Self.controlsPerSecond else { return false }
      guard size <= Self.mostBytes, message <= Self.mostBytes else { return false }
      if !isControl, head[0] & 0x80 != 0 { message = 0 }
      left = size
      head = []
    }
    return true
  }

  /// What the head says, once it is whole.
  private var payloadCount: Int? {
    guard head.count >= 2 else { return nil }
    let short = Int(head[1] & 0x7f)
    let lengthBytes = short == 126 ? 2 : short == 127 ? 8 : 0
    let maskBytes = head[1] & 0x80 != 0 ? 4 : 0
    guard head.count == 2 + lengthBytes + maskBytes else { return nil }
    guard lengthBytes > 0 else { return short }
    // More than fits is more than may be.
    return head[2..<2 + lengthBytes].reduce(0) { $0 >= 1 << 48 ? $0 : $0 << 8 | Int($1) }
  }
}
