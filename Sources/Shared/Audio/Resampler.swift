internal import CSoxr

/// A mono stream taken from one sample rate to another by soxr at its quality HQ: 20 bits, flat to 0.91 of the lower
/// rate's half, and a stop band below -120 dB.
///
/// `@unchecked Sendable`: a soxr handle may move between threads, and this is its one owner.
@safe struct Resampler: ~Copyable, @unchecked Sendable {
  private let handle: soxr_t
  private let ratio: Double

  init(from source: Int, to target: Int) throws(AudioError) {
    var failure: soxr_error_t?
    var samples = unsafe soxr_io_spec(SOXR_FLOAT32_I, SOXR_FLOAT32_I)
    var quality = unsafe soxr_quality_spec(UInt(SOXR_20_BITQ), 0)
    var threads = unsafe soxr_runtime_spec(1)
    let made = unsafe soxr_create(Double(source), Double(target), 1, &failure, &samples, &quality, &threads)
    guard let made = unsafe made else {
      throw .library(
        call: "soxr_create", reason: unsafe failure.map { unsafe String(cString: $0) } ?? "no reason given")
    }
    unsafe handle = unsafe made
    ratio = Double(target) / Double(source)
  }

  deinit { unsafe soxr_delete(handle) }

  /// Resamples a block, and appends what comes of it; soxr keeps some for later.
  mutating func process(_ input: [Float], into output: inout [Float]) throws(AudioError) {
    precondition(!input.isEmpty, "an empty block would end the stream")
    var rest = input[...]
    repeat {
      let taken = try unsafe rest.withUnsafeBufferPointer { (block) throws(AudioError) in
        try unsafe call(block.baseAddress, count: block.count, into: &output).taken
      }
      rest.removeFirst(taken)
    } while !rest.isEmpty
  }

  /// Ends the stream, and appends what was kept.
  mutating func finish(into output: inout [Float]) throws(AudioError) {
    while try unsafe call(nil, count: 0, into: &output).made > 0 {}
  }

  private func call(
    _ input: UnsafePointer<Float>?, count: Int, into output: inout [Float]
  ) throws(AudioError) -> (taken: Int, made: Int) {
    let room = max(4_096, Int(Double(count) * ratio) + 1)
    let start = output.count
    output.append(contentsOf: repeatElement(0, count: room))
    var taken = 0
    var made = 0
    let failure = unsafe output.withUnsafeMutableBufferPointer {
      unsafe soxr_process(handle, input, count, &taken, $0.baseAddress! + start, room, &made)
    }
    output.removeLast(room - made)
    if let failure = unsafe failure {
      throw .library(call: "soxr_process", reason: unsafe String(cString: failure))
    }
    return (taken, made)
  }
}
