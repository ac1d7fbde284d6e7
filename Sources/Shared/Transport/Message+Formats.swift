internal import CZeroMQ
public import Parameters
public import Tensors

/// Values on their way: as they are in memory without another copy, or written into the part and read from it.
extension Message {
  /// A part whose bytes are written in place (`zmq_msg_init_size`).
  convenience init(byteCount: Int, _ write: (inout MutableRawSpan) -> Void) {
    self.init()
    unsafe withHandle { message in
      guard unsafe zmq_msg_init_size(message, byteCount) == 0 else {
        fatalError("out of memory: a message of \(byteCount) bytes was asked for")
      }
      let buffer = unsafe UnsafeMutableRawBufferPointer(start: zmq_msg_data(message), count: byteCount)
      var bytes = unsafe buffer.mutableBytes
      write(&bytes)
    }
  }

  /// A part of some of a tensor's values.
  public convenience init(_ tensor: Tensor, _ range: Range<Int>, as format: ValueFormat) {
    if let half = format.half {
      self.init(byteCount: format.byteCount(of: range.count)) {
        half.write(tensor.values.extracting(range), into: &$0)
      }
    } else {
      self.init(tensor, range)
    }
  }

  /// A part of a chunk's gradient: some of a tensor's values.
  convenience init(_ gradient: Tensor, _ range: Range<Int>, ofChunk chunk: Int, with writer: inout GradientWriter) {
    let format = writer.format(ofChunk: chunk)
    if format == .each(.float32) {
      self.init(gradient, range)
    } else {
      self.init(byteCount: format.byteCount(of: range.count)) {
        writer.write(gradient.values.extracting(range), ofChunk: chunk, into: &$0)
      }
    }
  }

  /// Hands over the weights of a part of the right size.
  func withValues<Result>(as format: ValueFormat, _ body: (Span<Float>) throws -> Result) rethrows -> Result {
    guard let half = format.half else { return try withValues(body) }
    return try body(half.read(bytes).values)
  }

  /// The gradient in a part of the right size; `nil` where no worker of ours sends such bytes.
  func gradient(as format: GradientFormat, count: Int) -> (any GradientValues)? {
    format == .each(.float32) ? ReceivedValues(self) : format.read(bytes, count: count)
  }
}
