internal import CZeroMQ
import Glibc
public import Parameters

/// One part of a ZeroMQ message.
///
/// A class, since a part that may have to be sent again is held by the one who waits for its answer while ZeroMQ sends
/// it: its bytes are shared, not copied (`zmq_msg_copy`).
@safe public final class Message {
  private let message: UnsafeMutablePointer<zmq_msg_t>

  /// An empty part, to receive into (`zmq_msg_init`).
  init() {
    unsafe message = .allocate(capacity: 1)
    unsafe zmq_msg_init(message)
  }

  /// A part of some bytes (`zmq_msg_init_size`).
  public init(_ bytes: RawSpan) {
    unsafe message = .allocate(capacity: 1)
    guard unsafe zmq_msg_init_size(message, bytes.byteCount) == 0 else {
      fatalError("out of memory: a message of \(bytes.byteCount) bytes was asked for")
    }
    unsafe bytes.withUnsafeBytes { bytes in
      guard let base = bytes.baseAddress else { return }
      _ = unsafe memcpy(zmq_msg_data(message), base, bytes.count)
    }
  }

  public convenience init(_ bytes: [UInt8]) { unsafe self.init(bytes.span.bytes) }

  /// A part of values as they are in memory, which is little-endian on all machines that Antiphon runs on.
  public convenience init(_ values: Span<Float>) { unsafe self.init(values.bytes) }

  deinit {
    unsafe zmq_msg_close(message)
    unsafe message.deallocate()
  }

  public var count: Int { unsafe zmq_msg_size(message) }

  /// The part's bytes.
  public var bytes: RawSpan {
    @_lifetime(borrow self)
    get {
      let buffer = unsafe UnsafeRawBufferPointer(start: zmq_msg_data(message), count: count)
      return unsafe _overrideLifetime(buffer.bytes, borrowing: self)
    }
  }

  public var array: [UInt8] { unsafe bytes.withUnsafeBytes { unsafe Array($0) } }

  /// Hands over the part's bytes as values; in place where they are aligned, as those of large parts are.
  public func withValues<Result>(_ body: (Span<Float>) throws -> Result) rethrows -> Result {
    let size = MemoryLayout<Float>.size
    guard let data = unsafe zmq_msg_data(message), count >= size else { return try body([Float]().span) }
    let values = count / size
    if Int(bitPattern: data) % MemoryLayout<Float>.alignment == 0 {
      let buffer = unsafe UnsafeBufferPointer(start: data.assumingMemoryBound(to: Float.self), count: values)
      return try unsafe body(buffer.span)
    }
    let copy = unsafe [Float](unsafeUninitializedCapacity: values) { buffer, initialized in
      _ = unsafe memcpy(buffer.baseAddress!, data, values * size)
      initialized = values
    }
    return try body(copy.span)
  }

  /// Calls a ZeroMQ function on the part.
  func withHandle<Result>(_ body: (UnsafeMutablePointer<zmq_msg_t>) throws -> Result) rethrows -> Result {
    try unsafe body(message)
  }

  /// A part that shares this one's bytes.
  func shared() -> Message {
    let copy = Message()
    unsafe zmq_msg_copy(copy.message, message)
    return copy
  }
}

/// A part with values, as its receiver applies it.
public struct ReceivedValues: GradientValues {
  private let message: Message

  public init(_ message: Message) { self.message = message }

  public var count: Int { message.count / MemoryLayout<Float>.size }

  public func withValues<Result>(_ body: (Span<Float>) throws -> Result) rethrows -> Result {
    try message.withValues(body)
  }
}
