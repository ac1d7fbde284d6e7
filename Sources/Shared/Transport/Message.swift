internal import CZeroMQ
import Glibc
public import Parameters
public import Tensors

/// One part of a ZeroMQ message.
///
/// A class, since a part that may have to be sent again is held by the one who waits for its answer while ZeroMQ sends
/// it: its bytes are shared, not copied (`zmq_msg_copy`).
///
/// `@unchecked`: a message may go from thread to thread, says ZeroMQ's manual; nobody here uses one from two at a time.
@safe public final class Message: @unchecked Sendable {
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

  /// A part of some of a tensor's values, in its memory: that is held until the part is sent, and whoever changes the
  /// tensor before changes a copy (`zmq_msg_init_data`).
  private init(sharing tensor: Tensor, _ range: Range<Int>) {
    unsafe message = .allocate(capacity: 1)
    let owner = unsafe Unmanaged.passRetained(tensor.owner)
    unsafe tensor.values.extracting(range).withUnsafeBytes { bytes in
      // ZeroMQ only reads what it sends.
      let data = unsafe UnsafeMutableRawPointer(mutating: bytes.baseAddress)
      let result = unsafe zmq_msg_init_data(
        message, data, bytes.count, { _, owner in unsafe Unmanaged<AnyObject>.fromOpaque(owner!).release() },
        owner.toOpaque())
      guard result == 0 else { fatalError("out of memory: a message could not be made") }
    }
  }

  /// A part of some of a tensor's values: where they are few, a copy is cheaper than to hold the tensor.
  public convenience init(_ tensor: Tensor, _ range: Range<Int>) {
    if range.count < Self.fewValues {
      self.init(tensor.values.extracting(range))
    } else {
      self.init(sharing: tensor, range)
    }
  }

  private static let fewValues = 1024

  /// A part of a gradient's values, sent from where they are.
  public convenience init(_ values: any GradientValues) {
    switch values {
    case let tensor as Tensor: self.init(tensor, 0..<tensor.count)
    case let received as ReceivedValues: self.init(sharing: received.message)
    default: self.init(values.withValues { Tensor(copying: $0) }, 0..<values.count)
    }
  }

  /// A part of the bytes of another one (`zmq_msg_copy`).
  private convenience init(sharing other: Message) {
    self.init()
    unsafe zmq_msg_copy(message, other.message)
  }

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

  /// Calls a ZeroMQ function on another part that shares this one's bytes, and is gone afterwards (`zmq_msg_copy`).
  func withCopy<Result>(_ body: (UnsafeMutablePointer<zmq_msg_t>) throws -> Result) rethrows -> Result {
    var copy = zmq_msg_t()
    unsafe zmq_msg_init(&copy)
    unsafe zmq_msg_copy(&copy, message)
    defer { unsafe zmq_msg_close(&copy) }  // does nothing where it was sent
    return try unsafe body(&copy)
  }
}

/// A part with values, as its receiver applies it.
public struct ReceivedValues: GradientValues {
  fileprivate let message: Message

  public init(_ message: Message) { self.message = message }

  public var count: Int { message.count / MemoryLayout<Float>.size }

  public func withValues<Result>(_ body: (Span<Float>) throws -> Result) rethrows -> Result {
    try message.withValues(body)
  }
}
