internal import Audio
internal import Processes

/// The sound of a recording or a film of any format, as a stream of mono samples at one rate: decoded by ffmpeg in a box
/// where it is installed, and otherwise by libsndfile. The memory is that of a block, however long it is.
public final class MediaSound {
  /// How long the decoder may think about what comes next.
  private static let patienceSeconds = 60
  /// Silence where a film has no sound, before the first of it too: samples are counted to know the time.
  private static let silentGaps = "aresample=async=1:first_pts=0"

  /// Of the whole, as far as its header tells.
  public let seconds: Double?
  private let path: String
  private let sampleRate: Int
  private let decoder: BoxedProgram?
  private var file: SoundFile?
  /// Bytes of a sample that has not come whole.
  private var rest: [UInt8] = []
  private var count = 0

  /// - Parameters:
  ///   - path: A regular file.
  ///   - sampleRate: Samples a second to be read.
  ///   - folder: For what the decoder says.
  public init(path: String, sampleRate: Int = 16_000, workingIn folder: String) throws(MediaError) {
    self.path = path
    self.sampleRate = sampleRate
    guard let program = MediaPrograms.decoder, let prober = MediaPrograms.prober else {
      let file = try Self.withoutPaths(path) { () throws(AudioError) in
        try SoundFile(path: path, sampleRate: sampleRate)
      }
      seconds = file.seconds
      self.file = consume file
      decoder = nil
      return
    }
    seconds = try Self.probe(path, with: prober, in: folder)
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

  /// - Returns: The seconds that the header tells, if it does.
  private static func probe(_ path: String, with prober: String, in folder: String) throws(MediaError) -> Double? {
    let program = try BoxedProgram(
      [prober, "-v", "error"] + input(path) + [
        "-select_streams", "a:0", "-show_entries", "stream=codec_type:format=duration", "-of", "default=nw=1",
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
    guard lines.contains("codec_type=audio") else {
      throw MediaError(.notMedia, "expected a recording or a film with sound, it has none")
    }
    let seconds = lines.compactMap { line in line.hasPrefix("duration=") ? Double(line.dropFirst(9)) : nil }.first
    return seconds.flatMap { $0 > 0 && $0.isFinite ? $0 : nil }
  }

  /// Replaces `block` by the next samples, in about -1...1.
  ///
  /// - Returns: Whether there were any.
  public func read(into block: inout [Float]) throws(MediaError) -> Bool {
    block.removeAll(keepingCapacity: true)
    guard let decoder else {
      return try Self.withoutPaths(path) { () throws(AudioError) in try file!.read(into: &block) }
    }
    while block.isEmpty {
      let bytes = try decoder.read(within: Self.patienceSeconds)
      guard !bytes.isEmpty else {
        try checkEnd(of: decoder)
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
    count += whole
    // A signal that was stored as integers without a scale has 2^31 at most.
    guard let wrong = block.first(where: { !(abs($0) <= 0x1p31) }) else { return }
    throw MediaError(.notMedia, "expected samples of about -1 to 1, found \(wrong) before \(heard) s")
  }

  private func checkEnd(of decoder: BoxedProgram) throws(MediaError) {
    let ending = decoder.waitForEnd()
    guard !ending.isFailure, count > 0 else {
      guard count > 0 else { throw Self.notMedia(decoder, path, ending) }
      let reason = decoder.complaint(about: path) ?? "the decoder ended by itself"
      throw MediaError(.notMedia, "damaged at \(heard) s: \(reason)")
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
      throw MediaError(.notMedia, "\(error)".replacing("\(path): ", with: ""))
    }
  }
}
