internal import CSndFile
import Glibc
internal import Kernels

/// A sound file as libsndfile decodes it: the mean of its channels at its own rate, in blocks.
///
/// `@unchecked Sendable`: a libsndfile handle may move between threads, and this is its one owner.
@safe struct SoundSource: ~Copyable, @unchecked Sendable {
  let path: String
  /// Samples a second.
  let rate: Int
  let channels: Int
  /// Samples of one channel in the whole file; nothing where the format does not tell.
  let count: Int?
  /// Where the file breaks off before what its header promises, once that is known; it has the sound up to there.
  private(set) var breakOff: AudioError?

  private let handle: OpaquePointer
  private var position = 0
  private var interleaved: [Float]
  private var isOver = false

  /// The rates that are taken for a recording's; beyond these a header is damaged.
  static let rates = 1_000...1_000_000
  /// The most that FLAC, Vorbis and Opus can have.
  static let channelCounts = 1...255

  init(path: String) throws(AudioError) {
    let descriptor = try openRegularFile(path)
    var info = SF_INFO()
    // libsndfile owns the descriptor from here on. Where it cannot read the file it closes the descriptor even if it is
    // told not to (1.2.0); whoever closed it again would close another thread's.
    guard let handle = unsafe sf_open_fd(descriptor, Int32(SFM_READ), &info, Int32(SF_TRUE)) else {
      throw .notSound(path: path, reason: message(of: nil))
    }
    do throws(AudioError) {
      try Self.check(info, path: path)
    } catch {
      unsafe sf_close(handle)
      throw error
    }
    self.path = path
    rate = Int(info.samplerate)
    channels = Int(info.channels)
    count = info.frames == Int64.max ? nil : Int(info.frames)
    unsafe self.handle = unsafe handle
    breakOff = unsafe Self.brokenPromise(of: handle, info, path: path)
    interleaved = Array(repeating: 0, count: 16_384 / channels * channels)
  }

  deinit { unsafe sf_close(handle) }

  private static func check(_ info: SF_INFO, path: String) throws(AudioError) {
    for (field, value, expected) in [
      ("samples a second", Int(info.samplerate), rates), ("channels", Int(info.channels), channelCounts),
    ] where !expected.contains(value) {
      throw .absurdHeader(path: path, field: field, value: value, expected: expected)
    }
    guard info.frames > 0 else { throw .empty(path: path) }
  }

  private static func brokenPromise(of handle: OpaquePointer, _ info: SF_INFO, path: String) -> AudioError? {
    guard let promise = unsafe HeaderPromise(handle) else { return nil }
    let second = Double(info.frames) / Double(info.samplerate)
    return .damaged(
      path: path, second: second,
      reason: "the file ends there, with \(promise.found) of the \(promise.promised) bytes that its header promises")
  }

  /// Goes to a sample, counted from the beginning (`sf_seek`).
  mutating func seek(to sample: Int) throws(AudioError) {
    guard unsafe sf_seek(handle, Int64(sample), Int32(SEEK_SET)) == Int64(sample) else {
      throw .damaged(path: path, second: Double(sample) / Double(rate), reason: unsafe message(of: handle))
    }
    position = sample
  }

  /// Reads the next samples, `limit` of them at most.
  ///
  /// - Returns: Whether there were any; not at the end, and not from where the sound is no number on, which breaks it off.
  mutating func read(into block: inout [Float], limit: Int) -> Bool {
    let wanted = isOver ? 0 : min(limit, interleaved.count / channels)
    let got = unsafe interleaved.withUnsafeMutableBufferPointer {
      Int(unsafe sf_readf_float(handle, $0.baseAddress, Int64(wanted)))
    }
    position += max(0, got)
    block.removeAll(keepingCapacity: true)
    guard got > 0 else {
      if wanted > 0 { breakOff = breakOff ?? missing }
      return false
    }
    mix(got, into: &block)
    // A signal that was stored as integers without a scale has 2^31 at most.
    guard let wrong = block.firstIndex(where: { !(abs($0) <= 0x1p31) }) else { return true }
    let second = Double(position - got + wrong) / Double(rate)
    breakOff = .damaged(
      path: path, second: second, reason: "expected samples of about -1 to 1, found \(block[wrong])")
    block.removeSubrange(wrong...)
    isOver = true
    return wrong > 0
  }

  /// What is wrong with it where no more can be read.
  private var missing: AudioError? {
    let second = Double(position) / Double(rate)
    guard unsafe sf_error(handle) == 0 else {
      return .damaged(path: path, second: second, reason: unsafe message(of: handle))
    }
    guard let count, position < count else { return nil }
    let promised = Double(count) / Double(rate)
    return .damaged(path: path, second: second, reason: "the sound ends there, the header promises \(promised) s")
  }

  /// Fills an empty block with the mean of the channels; a mono file's samples pass as they are.
  private func mix(_ frames: Int, into block: inout [Float]) {
    guard channels > 1 else { return block.append(contentsOf: interleaved[..<frames]) }
    block.append(contentsOf: repeatElement(0, count: frames))
    unsafe antiphon_average_channels(&block, interleaved, frames, channels)
  }
}

/// Opens a regular file for reading; a pipe or a device would keep the reader for ever.
private func openRegularFile(_ path: String) throws(AudioError) -> Int32 {
  let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
  guard descriptor >= 0 else { throw .cannotOpen(path: path, reason: systemError()) }
  var status = stat()
  guard unsafe fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else {
    close(descriptor)
    throw .cannotOpen(path: path, reason: "it is not a regular file")
  }
  guard status.st_size > 0 else {
    close(descriptor)
    throw .empty(path: path)
  }
  return descriptor
}
