internal import Audio
internal import Glibc
internal import Processes

/// The sound of a recording or a film of any format, as a stream of mono samples at one rate: decoded by ffmpeg in a box
/// where it is installed, and otherwise by libsndfile. The memory is that of a block, however long it is.
public final class MediaSound {
  /// How long the decoder may think about what comes next.
  private static let patienceSeconds = 60
  /// Silence where a film has no sound, before the first of it too: samples are counted to know the time.
  private static let silentGaps = "aresample=async=1:first_pts=0"

  /// Less than this may be missing of what a header tells: coders of MP3 begin and end with some silence.
  private static let leastMissing = 0.2

  /// Of the whole, as far as its header tells.
  public let seconds: Double?
  /// What is wrong with it, in a line: known once all was read that could be.
  public private(set) var damage: String?
  /// Of its sound alone, where a film has more.
  private let soundSeconds: Double?
  private let path: String
  private let sampleRate: Int
  private let decoder: BoxedProgram?
  private var file: SoundFile?
  /// Bytes of a sample that has not come whole.
  private var rest: [UInt8] = []
  private var count = 0
  private var isOver = false

  /// - Parameters:
  ///   - path: A regular file.
  ///   - sampleRate: Samples a second to be read.
  ///   - folder: For what the decoder says.
  public init(path: String, sampleRate: Int = 16_000, workingIn folder: String) throws(MediaError) {
    try Self.checkFile(path)
    self.path = path
    self.sampleRate = sampleRate
    guard let program = MediaPrograms.decoder, let prober = MediaPrograms.prober else {
      let file = try Self.withoutPaths(path) { () throws(AudioError) in
        try SoundFile(path: path, sampleRate: sampleRate, mayBreakOff: true)
      }
      (seconds, soundSeconds) = (file.seconds, nil)
      self.file = consume file
      decoder = nil
      return
    }
    (seconds, soundSeconds) = try Self.probe(path, with: prober, in: folder)
    damage = WaveHeader(path)?.damage
    file = nil
    decoder = try BoxedProgram(
      [program, "-nostdin", "-v", "error", "-threads", "1"] + Self.input(path) + [
        "-map", "0:a:0", "-vn", "-sn", "-dn", "-af", Self.silentGaps, "-ac", "1", "-ar", "\(sampleRate)",
        "-f", "f32le", "pipe:1",
      ], in: folder)
  }

  private static func input(_ path: String) -> [String] {
    ["-protocol_whitelist", "file,pipe", "-format_whitelist", MediaPrograms.formats, "-i", "file:\(path)"]
  }

  /// A pipe or a device would keep the decoder for ever.
  private static func checkFile(_ path: String) throws(MediaError) {
    var status = stat()
    guard unsafe stat(path, &status) == 0 else {
      let reason = unsafe String(cString: strerror(errno))
      throw MediaError(.notMedia, "expected a recording or a film, but cannot open it: \(reason)")
    }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw MediaError(.notMedia, "expected a recording or a film, but it is not a regular file")
    }
  }

  /// - Returns: The seconds that the header tells, of the whole and of its sound, if it does.
  private static func probe(
    _ path: String, with prober: String, in folder: String
  ) throws(MediaError) -> (whole: Double?, sound: Double?) {
    let program = try BoxedProgram(
      [prober, "-v", "warning"] + input(path) + [
        "-select_streams", "a:0", "-show_entries", "stream=codec_type,duration:format=format_name,duration", "-of",
        "flat",
      ], in: folder)
    var output: [UInt8] = []
    while output.count < 1 << 16 {
      let bytes = try program.read(within: patienceSeconds)
      if bytes.isEmpty { break }
      output += bytes
    }
    let ending = program.waitForEnd()
    guard !ending.isFailure else { throw notMedia(program, path, ending) }
    let lines = String(decoding: output, as: UTF8.self).split(separator: "\n")
    guard lines.contains(#"streams.stream.0.codec_type="audio""#) else {
      throw MediaError(.notMedia, "expected a recording or a film with sound, it has none")
    }
    func duration(of part: String) -> Double? {
      let name = "\(part).duration=\""
      let seconds = lines.first { $0.hasPrefix(name) }.flatMap { Double($0.dropFirst(name.count).dropLast()) }
      return seconds.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
    }
    // ASF has one length for all that is in it; where a file has none, ffprobe divides its bytes by those of its first second.
    let isGuessed = program.hasSaid("Estimating duration from bitrate")
    let hasOwn = !lines.contains(#"format.format_name="asf""#) && !isGuessed
    return (duration(of: "format"), hasOwn ? duration(of: "streams.stream.0") : nil)
  }

  /// Replaces `block` by the next samples, in about -1...1.
  ///
  /// - Returns: Whether there were any.
  public func read(into block: inout [Float]) throws(MediaError) -> Bool {
    block.removeAll(keepingCapacity: true)
    guard let decoder else {
      let isThere = try Self.withoutPaths(path) { () throws(AudioError) in try file!.read(into: &block) }
      count += block.count
      if !isThere { damage = file?.breakOff.map { Self.withoutPath($0, path) } }
      if let damage, count == 0 { throw MediaError(.notMedia, damage) }
      return isThere
    }
    while block.isEmpty {
      guard !isOver else { return false }
      let bytes = try decoder.read(within: Self.patienceSeconds)
      guard !bytes.isEmpty else {
        try hearEnd(of: decoder)
        return false
      }
      try take(bytes, into: &block)
    }
    return true
  }

  /// Takes 32-bit little-endian numbers.
  private func take(_ bytes: [UInt8], into block: inout [Float]) throws(MediaError) {
    rest += bytes
    let whole = rest.count / 4
    unsafe rest.withUnsafeBytes { bytes in
      for index in 0..<whole {
        let pattern = unsafe bytes.loadUnaligned(fromByteOffset: index * 4, as: UInt32.self)
        block.append(Float(bitPattern: UInt32(littleEndian: pattern)))
      }
    }
    rest.removeFirst(whole * 4)
    // A signal that was stored as integers without a scale has 2^31 at most.
    let wrong = block.firstIndex { !(abs($0) <= 0x1p31) }
    count += wrong ?? whole
    guard let wrong else { return }
    let complaint = "expected samples of about -1 to 1, found \(block[wrong])"
    guard count > 0 else { throw MediaError(.notMedia, complaint) }
    damage = "damaged: \(heard) s were heard, then: \(complaint)"
    block.removeSubrange(wrong...)
    isOver = true
  }

  /// What has no sound at all, or was too much for the decoder, is refused; of what is damaged, the sound that there is was
  /// heard.
  private func hearEnd(of decoder: BoxedProgram) throws(MediaError) {
    let ending = decoder.waitForEnd()
    if case .signal = ending { throw Self.notMedia(decoder, path, ending) }
    guard count > 0 else { throw Self.notMedia(decoder, path, ending) }
    if let complaint = decoder.complaint(about: path) {
      damage = "damaged: \(heard) s were heard, and ffmpeg says: \(complaint)"
    } else if let soundSeconds, soundSeconds - heard >= Self.leastMissing {
      damage = "it ends early: \(heard) s were heard of the \(soundSeconds) s that its header tells"
    }
  }

  private var heard: Double { (Double(count) / Double(sampleRate) * 1000).rounded() / 1000 }

  private static func notMedia(_ program: BoxedProgram, _ path: String, _ ending: ProcessEnding) -> MediaError {
    if case .signal(let number) = ending {
      return MediaError(.beyondLimits, "expected media that can be decoded within limits, signal \(number) ended that")
    }
    let reason = program.complaint(about: path) ?? "there is no sound"
    return MediaError(.notMedia, "expected a recording or a film with sound, but ffmpeg says: \(reason)")
  }

  /// What libsndfile says of a file, without the file's name: who sent the sound does not know it.
  private static func withoutPaths<Result: ~Copyable>(
    _ path: String, _ body: () throws(AudioError) -> Result
  ) throws(MediaError) -> Result {
    do {
      return try body()
    } catch {
      throw MediaError(.notMedia, withoutPath(error, path))
    }
  }

  private static func withoutPath(_ error: AudioError, _ path: String) -> String {
    "\(error)".replacing("\(path): ", with: "")
  }
}
