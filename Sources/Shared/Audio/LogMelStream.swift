/// Turns a stream of sound, in blocks of any size, into patches of log-mel values.
///
/// However the sound is cut into blocks, the patches are the same to the last bit. What does not fill a patch at the end
/// is dropped; sound shorter than one patch (975 ms) gives none. The memory is that of one patch, however long the sound.
public struct LogMelStream: ~Copyable, Sendable {
  private var logMel: LogMel
  private var pending: [Float] = []  // never more than the samples of one patch
  private var patch: [Float]
  private let samplesPerHop: Int

  /// - Parameter framesPerHop: From one patch to the next, at least 1; fewer frames than a patch has let patches overlap.
  public init(_ settings: FrontEndSettings = FrontEndSettings(), framesPerHop: Int? = nil) {
    let frames = framesPerHop ?? settings.framesPerPatch
    precondition((1...settings.framesPerPatch).contains(frames), "patches follow each other without gaps")
    samplesPerHop = frames * settings.hopLength
    logMel = LogMel(settings)
    patch = Array(repeating: 0, count: settings.valuesPerPatch)
    pending.reserveCapacity(settings.samplesPerPatch)
  }

  public var settings: FrontEndSettings { logMel.settings }

  /// Takes the next samples, and hands out each patch that they complete.
  ///
  /// - Parameters:
  ///   - samples: Mono samples in -1...1, `settings.sampleRate` of them a second.
  ///   - receive: Called with `[framesPerPatch, bands]`, row by row; valid during the call only.
  public mutating func append<Failure: Error>(
    _ samples: Span<Float>, receive: (Span<Float>) throws(Failure) -> Void
  ) throws(Failure) {
    var position = 0
    while position < samples.count {
      let count = min(settings.samplesPerPatch - pending.count, samples.count - position)
      unsafe samples.extracting(position..<position + count).withUnsafeBufferPointer {
        unsafe pending.append(contentsOf: $0)
      }
      position += count
      guard pending.count == settings.samplesPerPatch else { return }
      logMel.compute(pending, into: &patch)
      pending.removeFirst(samplesPerHop)
      try receive(patch.span)
    }
  }

  /// Forgets what was heard, so that another recording can begin.
  public mutating func reset() {
    pending.removeAll(keepingCapacity: true)
  }

  /// The samples that memory is kept for.
  var capacity: Int { pending.capacity }
}
