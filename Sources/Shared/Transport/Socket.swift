internal import CZeroMQ
import Glibc

/// ZeroMQ's own threads, which all sockets of a process share (`zmq_ctx_new`).
///
/// `@unchecked`: a ZeroMQ context is thread-safe, says its manual.
@safe public final class Context: @unchecked Sendable {
  fileprivate let handle: UnsafeMutableRawPointer
  /// Two for each lane of each server; ZeroMQ's own limit is 1023.
  private static let mostSockets = 16_384

  /// - Parameter threads: How many move bytes between memory and connections; each connection is one thread's
  ///   (`ZMQ_IO_THREADS`).
  public init(threads: Int = 1) throws(TransportError) {
    guard let handle = unsafe zmq_ctx_new() else { throw .last("zmq_ctx_new") }
    for (option, value) in [(ZMQ_IO_THREADS, threads), (ZMQ_MAX_SOCKETS, Self.mostSockets)] {
      let result = unsafe zmq_ctx_set(handle, option, Int32(value))
      precondition(result == 0, "ZeroMQ takes \(value) for option \(option) of a context")
    }
    Self.keepFreedMemory()
    Self.openManyFiles()
    unsafe self.handle = unsafe handle
  }

  /// Waits for the sockets to be closed (`zmq_ctx_term`).
  deinit { unsafe zmq_ctx_term(handle) }

  /// Raises the soft limit on open files, often 1024, to the hard one: each socket and each connection has one
  /// (`setrlimit`).
  private static func openManyFiles() {
    var limit = rlimit()
    guard unsafe getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 else { return }
    limit.rlim_cur = limit.rlim_max
    _ = unsafe setrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit)
  }

  /// ZeroMQ takes memory for each part that comes, and frees it. glibc gives large blocks back to the system, and each
  /// page is then cleared anew for the next part: that costs more than to receive it (`mallopt`).
  private static func keepFreedMemory() {
    mallopt(M_MMAP_THRESHOLD, 32 << 20)
    mallopt(M_TRIM_THRESHOLD, .max)
    mallopt(M_ARENA_MAX, 1)  // other arenas are given back whole
  }
}

/// A ZeroMQ socket; opened, used and closed by one thread.
@safe public struct Socket: ~Copyable {
  public enum Kind: Sendable {
    /// Asks one server.
    case dealer
    /// Answers many.
    case router
    /// Answers one after the other.
    case reply
    /// One of two.
    case pair

    fileprivate var code: Int32 {
      switch self {
      case .dealer: ZMQ_DEALER
      case .router: ZMQ_ROUTER
      case .reply: ZMQ_REP
      case .pair: ZMQ_PAIR
      }
    }

    /// How many messages may wait to be read. A pair reads what ZeroMQ's own thread tells, which must never have to wait.
    fileprivate var unread: Int32 { self == .pair ? 0 : 4096 }
  }

  /// The largest part that is accepted, in bytes: far more than a chunk has, so that a long row has room.
  public static let largestPart: Int64 = 256 << 20

  let handle: UnsafeMutableRawPointer
  private let context: Context  // outlives the socket

  /// Opens a socket that gives a line up within 3 s when the other host no longer answers: the kernel asks, by TCP's
  /// keep-alive where the line is idle and `TCP_USER_TIMEOUT` (`ZMQ_TCP_MAXRT`) where it is not. ZeroMQ's own heartbeats
  /// are not used: one that comes while a socket closes, on a line that has just broken, aborts the process (`!_io_error`
  /// in stream_engine_base.cpp of libzmq 4.3.4). What a socket could not send is forgotten when it is closed; a server's
  /// last answers have half a second.
  public init(_ kind: Kind, in context: Context) throws(TransportError) {
    guard let handle = unsafe zmq_socket(context.handle, kind.code) else { throw .last("zmq_socket") }
    let options: [(Int32, Int32)] = [
      (ZMQ_LINGER, kind == .router ? 500 : 0), (ZMQ_SNDHWM, 4096), (ZMQ_RCVHWM, kind.unread), (ZMQ_IMMEDIATE, 1),
      (ZMQ_TCP_KEEPALIVE, 1), (ZMQ_TCP_KEEPALIVE_IDLE, 1), (ZMQ_TCP_KEEPALIVE_INTVL, 1), (ZMQ_TCP_KEEPALIVE_CNT, 2),
      (ZMQ_TCP_MAXRT, 2000), (ZMQ_CONNECT_TIMEOUT, 3000), (ZMQ_RECONNECT_IVL, 100), (ZMQ_RECONNECT_IVL_MAX, 2000),
      (ZMQ_IPV6, 1),
    ]
    for (option, value) in options {
      var value = value
      let result = unsafe zmq_setsockopt(handle, option, &value, MemoryLayout<Int32>.size)
      precondition(result == 0, "ZeroMQ takes \(value) for option \(option)")
    }
    var largest = Self.largestPart
    let result = unsafe zmq_setsockopt(handle, ZMQ_MAXMSGSIZE, &largest, MemoryLayout<Int64>.size)
    precondition(result == 0, "ZeroMQ takes \(largest) for the largest part")
    unsafe self.handle = unsafe handle
    self.context = context
  }

  deinit { unsafe zmq_close(handle) }

  /// Listens (`zmq_bind`).
  ///
  /// - Parameter endpoint: `tcp://127.0.0.1:0` for a free port.
  /// - Returns: The endpoint with its real port.
  @discardableResult
  public func bind(_ endpoint: String) throws(TransportError) -> String {
    try check("zmq_bind to \(endpoint)", unsafe zmq_bind(handle, endpoint))
    var name = [CChar](repeating: 0, count: 256)
    var size = name.count
    try check("zmq_getsockopt", unsafe zmq_getsockopt(handle, ZMQ_LAST_ENDPOINT, &name, &size))
    return String(decoding: name.prefix(max(0, size - 1)).map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// Connects, now or as soon as there is somebody (`zmq_connect`).
  public func connect(_ endpoint: String) throws(TransportError) {
    try check("zmq_connect to \(endpoint)", unsafe zmq_connect(handle, endpoint))
  }

  public func disconnect(_ endpoint: String) throws(TransportError) {
    try check("zmq_disconnect from \(endpoint)", unsafe zmq_disconnect(handle, endpoint))
  }

  /// Sends a message of several parts without waiting (`zmq_msg_send`); the parts may be sent again.
  ///
  /// - Returns: Whether it is on its way: not where nobody is connected, or too much waits already.
  @discardableResult
  public func send(_ parts: [Message]) throws(TransportError) -> Bool {
    var isWhole = true
    for (index, part) in parts.enumerated() {
      let flags = ZMQ_DONTWAIT | (index + 1 < parts.count ? ZMQ_SNDMORE : 0)
      let result = unsafe part.withCopy { copy in uninterrupted { unsafe zmq_msg_send(copy, handle, flags) } }
      guard result < 0 else { continue }
      // A router says EHOSTUNREACH for a peer that is gone; its message is lost as on any broken line.
      guard [EAGAIN, EHOSTUNREACH].contains(zmq_errno()) else { throw .last("zmq_msg_send") }
      if index == 0 { return false }
      // The line broke within the message: ZeroMQ throws away the parts up to its last one, so that one has to come.
      isWhole = false
    }
    return isWhole
  }

  /// Receives a whole message, if one is there (`zmq_msg_recv`).
  public func receive() throws(TransportError) -> [Message]? {
    var parts: [Message] = []
    repeat {
      let part = Message()
      let result = uninterrupted { unsafe part.withHandle { unsafe zmq_msg_recv($0, handle, ZMQ_DONTWAIT) } }
      if result < 0 {
        if zmq_errno() == EAGAIN { return nil }
        throw .last("zmq_msg_recv")
      }
      parts.append(part)
    } while try hasMore()
    return parts
  }

  /// Calls again what a signal interrupted: half a message would be taken for a whole one.
  private func uninterrupted(_ call: () -> Int32) -> Int32 {
    while true {
      let result = call()
      if result >= 0 || zmq_errno() != EINTR { return result }
    }
  }

  private func hasMore() throws(TransportError) -> Bool {
    var more: Int32 = 0
    var size = MemoryLayout<Int32>.size
    try check("zmq_getsockopt", unsafe zmq_getsockopt(handle, ZMQ_RCVMORE, &more, &size))
    return more != 0
  }

  /// What `wait` waits for.
  @safe public struct Interest {
    fileprivate let item: zmq_pollitem_t
  }

  public var interest: Interest {
    unsafe Interest(item: zmq_pollitem_t(socket: handle, fd: 0, events: Int16(ZMQ_POLLIN), revents: 0))
  }

  /// Waits until one of some sockets has a message, or the time is over (`zmq_poll`).
  public static func wait(for interests: [Interest], milliseconds: Int) throws(TransportError) {
    var items = unsafe interests.map { unsafe $0.item }
    let count = unsafe Int32(items.count)
    guard unsafe zmq_poll(&items, count, milliseconds) < 0, zmq_errno() != EINTR else { return }
    throw .last("zmq_poll")
  }

  func check(_ call: String, _ result: Int32) throws(TransportError) {
    guard result != 0 else { return }
    throw .last(call)
  }
}

extension TransportError {
  /// The reason that ZeroMQ gave for the last failure in this thread.
  fileprivate static func last(_ call: String) -> TransportError {
    .call(call, reason: unsafe String(cString: zmq_strerror(zmq_errno())))
  }
}
