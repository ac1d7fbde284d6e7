/// A sound file of any rate and number of channels, read as a stream of mono samples at one rate.
///
/// libsndfile decodes WAV, FLAC, Ogg Vorbis, Opus, MP3, AIFF and CAF; the channels' mean is resampled by soxr at its
/// quality HQ. A file that has the wanted rate already passes unchanged. The memory is that of a block, however long the
/// file.
///
/// ```swift
/// var file = try SoundFile(path: "rain.ogg")
/// var block: [Float] = []
/// while try file.read(into: &block) { stream.append(block.span) { patch in … } }
/// ```
public struct SoundFile: ~Copyable, Sendable {
  private var source: SoundSource
  private var resampler: Resampler?
  private var mono: [Float] = []
  private var remaining: Int  // samples of the source up to the end that was asked for
  private var isFinished = false
  private let mayBreakOff: Bool

  /// Samples a second that `read` gives.
  public let sampleRate: Int
  /// Samples a second of the file itself.
  public var sourceRate: Int { source.rate }
  /// The file's channels.
  public var channels: Int { source.channels }
  /// Seconds of the whole file; nothing where its format does not tell.
  public var seconds: Double? { source.count.map { Double($0) / Double(source.rate) } }
  /// Where the file breaks off, if it may; known once all was read.
  public var breakOff: AudioError? { source.breakOff }

  /// Opens a file.
  ///
  /// - Parameters:
  ///   - sampleRate: Samples a second to be read.
  ///   - start: The second at which to begin.
  ///   - end: The second before which to end; a file that is shorter ends where it ends.
  ///   - mayBreakOff: Whether a file that is cut off, cannot be decoded to its end or becomes no number, is read as far as
  ///     it goes.
  /// - Throws: `AudioError` if there is no such file, if it is no sound, if it has no samples or an absurd header, if it
  ///   breaks off and may not, or if it ends before `start`.
  public init(
    path: String, sampleRate: Int = 16_000, from start: Double = 0, to end: Double? = nil, mayBreakOff: Bool = false
  ) throws(AudioError) {
    precondition(SoundSource.rates.contains(sampleRate), "sound is read at \(SoundSource.rates) samples a second")
    var source = try SoundSource(path: path)
    if let breakOff = source.breakOff, !mayBreakOff { throw breakOff }
    let rate = Double(source.rate)
    let count = source.count ?? .max
    let first = (start * rate).rounded()
    let last = end.map { ($0 * rate).rounded() } ?? Double(count)
    guard first >= 0, first < last, first < Double(count) else {
      throw .outside(path: path, start: start, end: end, duration: Double(count) / rate)
    }
    if first > 0 { try source.seek(to: Int(first)) }
    let isEqual = source.rate == sampleRate
    resampler = isEqual ? nil : try Resampler(from: source.rate, to: sampleRate)
    remaining = last < Double(count) ? Int(last - first) : .max
    self.source = source
    self.mayBreakOff = mayBreakOff
    self.sampleRate = sampleRate
  }

  /// Replaces `block` by the next samples: one or more of them, in about -1...1.
  ///
  /// - Returns: Whether there were any; at the end the block is empty.
  /// - Throws: `AudioError.damaged` where the file cannot be decoded on.
  public mutating func read(into block: inout [Float]) throws(AudioError) -> Bool {
    block.removeAll(keepingCapacity: true)
    while block.isEmpty, !isFinished {
      isFinished = !source.read(into: &mono, limit: remaining)
      if let breakOff = source.breakOff, !mayBreakOff { throw breakOff }
      remaining -= mono.count
      if resampler == nil {
        swap(&block, &mono)
      } else if isFinished {
        try resampler?.finish(into: &block)
      } else {
        try resampler?.process(mono, into: &block)
      }
    }
    return !block.isEmpty
  }

  /// The rest of the sound at once.
  public mutating func readAll() throws(AudioError) -> [Float] {
    var samples: [Float] = []
    var block: [Float] = []
    while try read(into: &block) { samples += block }
    return samples
  }
}
