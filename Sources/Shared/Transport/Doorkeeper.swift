import Dispatch
import Foundation
import Synchronization

/// Lets those speak with a server under CURVE who have a key that is admitted, and counts the others; on a thread of its
/// own. All sockets of one context have the same one.
public final class Doorkeeper: Sendable {
  /// What the servers prove to their clients.
  public let keys: KeyPair
  private let context: Context
  private let room: Room

  /// What the doorkeeper and its thread share.
  private final class Room: Sendable {
    struct Lines {
      var handler: ZapHandler?
      var monitors: [ConnectionMonitor] = []
    }

    let lines: Mutex<Lines>
    let refused = Atomic(0)
    let isClosed = Atomic(false)
    let isEmpty = DispatchSemaphore(value: 0)

    init(_ handler: ZapHandler) { lines = Mutex(Lines(handler: handler)) }

    func keep() {
      while !isClosed.load(ordering: .relaxed) {
        do { try turn() } catch { Thread.sleep(forTimeInterval: 0.02) }  // nobody is let in meanwhile
      }
      lines.withLock { $0 = Lines() }
      isEmpty.signal()
    }

    private func turn() throws(TransportError) {
      let lines = lines.withLock { $0 }
      try lines.handler?.answer(within: 20)
      for monitor in lines.monitors { refused.add(try monitor.failures(), ordering: .relaxed) }
    }
  }

  /// - Parameters:
  ///   - context: Where the sockets will be; there is no other doorkeeper there.
  ///   - keys: The servers' pair.
  ///   - admits: Whether a client with this key may come in; called on the doorkeeper's thread for each connection.
  public init(
    in context: Context, keys: KeyPair, admits: @escaping @Sendable (PublicKey) -> Bool
  ) throws(TransportError) {
    self.keys = keys
    self.context = context
    room = Room(try ZapHandler(in: context, admits: admits))
    Thread.detachNewThread { [room] in room.keep() }
  }

  /// Waits until the thread has closed its sockets: a context waits for them, and is to end with the process's own thread.
  deinit {
    room.isClosed.store(true, ordering: .relaxed)
    room.isEmpty.wait()
  }

  /// Connections that did not prove an admitted key: those of strangers, plain ones, and those who took another server
  /// for this one. One who tries again is counted again. Those who speak a protocol before ZMTP 3, or none of ZeroMQ's,
  /// are refused too, but ZeroMQ does not tell of them.
  public var refusedConnections: Int { room.refused.load(ordering: .relaxed) }

  /// Guards a socket that does not yet listen.
  func guardEntrance(of socket: borrowing Socket) throws(TransportError) {
    try socket.demandKeys(as: keys)
    let monitor = try ConnectionMonitor(of: socket, in: context)
    room.lines.withLock { $0.monitors.append(monitor) }
  }
}
