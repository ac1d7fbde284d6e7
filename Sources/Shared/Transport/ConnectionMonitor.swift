import Synchronization

/// Hears of a socket's connections that did not get through the handshake.
final class ConnectionMonitor: Sendable {
  private let socket: Mutex<Socket>

  /// - Parameter watched: A socket that neither listens nor is connected yet.
  init(of watched: borrowing Socket, in context: Context) throws(TransportError) {
    let socket = try Socket(.pair, in: context)
    try socket.connect(watched.reportFailedHandshakes())
    self.socket = Mutex(socket)
  }

  /// How many there were since this was last asked.
  func failures() throws(TransportError) -> Int {
    try socket.withLock { socket throws(TransportError) in
      var count = 0
      while try socket.receive() != nil { count += 1 }
      return count
    }
  }
}
