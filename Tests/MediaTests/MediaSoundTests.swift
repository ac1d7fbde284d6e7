import Audio
import Foundation
import Media
import Testing

/// ffmpeg where it is installed (`Tests/setup` does that), libsndfile otherwise: what is told here is so of both.
@Suite(.serialized) struct `The sound of media` {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func read(_ path: String) throws -> [Float] { try hear(path).samples }

  private func hear(_ path: String) throws -> (samples: [Float], damage: String?) {
    let sound = try MediaSound(path: path, workingIn: scratch.folder)
    var samples: [Float] = []
    var block: [Float] = []
    while try sound.read(into: &block) {
      #expect(!block.isEmpty)
      samples += block
    }
    return (samples, sound.damage)
  }

  @Test func `is its samples, with its length as far as the header tells`() throws {
    let wave = (0..<40_000).map { 0.5 * Float(sin(Double($0) / 10)) }
    let path = "\(scratch.folder)/a.wav"
    try writeSound(wave, to: path)
    let samples = try read(path)
    #expect(samples.count == wave.count)
    #expect(zip(samples, wave).allSatisfy { abs($0 - $1) < 1e-3 })
    #expect(try MediaSound(path: path, workingIn: scratch.folder).seconds == 2.5)
  }

  @Test func `that is damaged is heard as far as it goes, and it is known`() throws {
    let wave = (0..<160_000).map { 0.5 * Float(sin(Double($0) / 10)) }
    for (name, encoding) in [("a.wav", SoundEncoding.wave), ("a.flac", .flac)] {
      let path = "\(scratch.folder)/\(name)"
      try writeSound(wave, to: path, as: encoding)
      #expect(try hear(path).damage == nil, "\(name) is whole")
      let bytes = try Data(contentsOf: URL(filePath: path))
      let cut = try hear(scratch.write(bytes.prefix(bytes.count / 2), to: "cut-\(name)"))
      #expect((40_000..<120_000).contains(cut.samples.count), "\(name): \(cut.samples.count)")
      let damage = try #require(cut.damage, "\(name)")
      #expect(!damage.contains(scratch.folder) && !damage.contains("\n"), "\(damage)")
    }
    for value in [Float.nan, .infinity] {
      let path = "\(scratch.folder)/wrong.wav"
      try writeSound(wave[..<100_000] + [value] + wave[100_000...], to: path, as: .floatWave)
      let (samples, damage) = try hear(path)
      #expect(samples.count == 100_000)
      #expect(damage?.contains("expected samples of about -1 to 1, found \(value)") == true, "\(damage ?? "")")
    }
    // What was written to a pipe promises nothing.
    var piped = try [UInt8](Data(contentsOf: URL(filePath: "\(scratch.folder)/a.wav")))
    for place in [4, 40] { piped.replaceSubrange(place..<place + 4, with: [255, 255, 255, 255]) }
    #expect(try hear(scratch.write(piped, to: "piped.wav")).damage == nil)
  }

  @Test(.enabled(if: MediaPrograms.decoder != nil, "needs ffmpeg"))
  func `of media that end before their header's end is known to end early`() throws {
    let (wave, film) = ("\(scratch.folder)/ten.wav", "\(scratch.folder)/ten.aiff")
    try writeSound(Array(repeating: 0.25, count: 160_000), to: wave)
    let making = try Process.run(
      URL(filePath: try #require(MediaPrograms.decoder)), arguments: ["-v", "error", "-i", wave, film])
    making.waitUntilExit()
    let cut = try hear(scratch.write(Data(contentsOf: URL(filePath: film)).prefix(160_000), to: "cut.aiff"))
    #expect(cut.damage?.contains("s were heard of the 10.0 s") == true, "\(cut.damage ?? "")")
    // Whose sound ends before its picture does.
    for kind in ["asf", "mkv", "mp4"] {
      let film = "\(scratch.folder)/long.\(kind)"
      let making = try Process.run(
        URL(filePath: try #require(MediaPrograms.decoder)),
        arguments: ["-v", "error", "-i", wave, "-f", "lavfi", "-i", "color=size=32x32:rate=5:duration=14", film])
      making.waitUntilExit()
      let (samples, damage) = try hear(film)
      #expect(samples.count > 150_000 && damage == nil, "\(kind): \(damage ?? "")")
    }
  }

  @Test(.enabled(if: MediaPrograms.decoder != nil, "needs ffmpeg"))
  func `whose header tells no length does not end early`() throws {
    let wave = "\(scratch.folder)/quiet.wav"
    var generator = SystemRandomNumberGenerator()
    // Whose first seconds take fewer bytes than the others.
    let noise = (0..<320_000).map { $0 < 160_000 ? 0 : Float.random(in: -0.5...0.5, using: &generator) }
    try writeSound(noise, to: wave)
    for (kind, options) in [("aac", []), ("mp3", ["-q:a", "4", "-write_xing", "0"])] {
      let coded = "\(scratch.folder)/quiet.\(kind)"
      let making = try Process.run(
        URL(filePath: try #require(MediaPrograms.decoder)), arguments: ["-v", "error", "-i", wave] + options + [coded])
      making.waitUntilExit()
      let (samples, damage) = try hear(coded)
      #expect(abs(samples.count - 320_000) < 4_000 && damage == nil, "\(kind): \(damage ?? "")")
    }
  }

  @Test(.enabled(if: MediaPrograms.decoder != nil, "needs ffmpeg"))
  func `with much damage is heard to its end, however much the decoder has to say`() throws {
    let (wave, coded) = ("\(scratch.folder)/noise.wav", "\(scratch.folder)/noise.mp3")
    var generator = SystemRandomNumberGenerator()
    try writeSound((0..<16_000 * 150).map { _ in Float.random(in: -0.5...0.5, using: &generator) }, to: wave)
    let making = try Process.run(
      URL(filePath: try #require(MediaPrograms.decoder)), arguments: ["-v", "error", "-i", wave, "-b:a", "128k", coded])
    making.waitUntilExit()
    var bytes = try [UInt8](Data(contentsOf: URL(filePath: coded)))
    for _ in 0..<bytes.count / 120 { bytes[Int.random(in: 5_000..<bytes.count, using: &generator)] ^= 0xff }
    let (samples, complaint) = try hear(scratch.write(bytes, to: "much.mp3"))
    #expect(samples.count > 16_000 * 100)
    let damage = try #require(complaint)
    #expect(damage.contains("ffmpeg says: ") && !damage.contains("Last message repeated"), "\(damage)")
  }

  @Test(.enabled(if: MediaPrograms.decoder != nil, "needs ffmpeg"))
  func `of a film is silence as long as the film has none yet, and where it has a gap`() throws {
    let (wave, film) = ("\(scratch.folder)/two.wav", "\(scratch.folder)/late.mkv")
    try writeSound(Array(repeating: 0.25, count: 32_000), to: wave)
    // A picture from the beginning, one second of sound from 1.5 s on, and another one from 4.5 s on.
    let making = try Process.run(
      URL(filePath: try #require(MediaPrograms.decoder)),
      arguments: [
        "-v", "error", "-f", "lavfi", "-i", "color=size=32x32:rate=5:duration=6", "-i", wave, "-filter_complex",
        "[1:a]asetpts=PTS+1.5/TB+gt(T\\,0.99)*2/TB", "-c:v", "ffv1", "-c:a", "pcm_f32le", film,
      ])
    making.waitUntilExit()
    try #require(making.terminationStatus == 0)
    let samples = try read(film)
    try #require(abs(samples.count - 88_000) < 1600, "\(samples.count)")
    for (second, value) in [(1.4, Float(0)), (1.6, 0.25), (2.4, 0.25), (3.5, 0), (4.6, 0.25), (5.4, 0.25)] {
      #expect(abs(samples[Int(second * 16_000)] - value) < 0.01, "at \(second) s")
    }
  }

  @Test func `that is left half heard leaves no decoder behind`() throws {
    let path = "\(scratch.folder)/long.wav"
    try writeSound(Array(repeating: 0.1, count: 16_000 * 120), to: path)
    for _ in 0..<20 {
      var block: [Float] = []
      let sound = try MediaSound(path: path, workingIn: scratch.folder)
      #expect(try sound.read(into: &block))
    }
    #expect(decoders.isEmpty)
  }

  @Test func `is none where there is none, and one line says so without the place of the file`() throws {
    var generator = SystemRandomNumberGenerator()
    let wave = "\(scratch.folder)/whole.wav"
    try writeSound(Array(repeating: 0.1, count: 1000), to: wave)
    let whole = try Data(contentsOf: URL(filePath: wave))
    for (name, bytes) in [
      ("empty", Data()), ("words", Data("these are words\n".utf8)), ("head", whole.prefix(44)),
      ("random", Data((0..<10_000).map { _ in UInt8.random(in: 0...255, using: &generator) })),
      ("zip", Data([0x50, 0x4b, 3, 4]) + Data(repeating: 0, count: 1000)),
    ] {
      let path = try scratch.write(bytes, to: name)
      let error = #expect(throws: MediaError.self, "\(name)") { try read(path) }
      #expect(error?.kind == .notMedia && !"\(error!)".contains(scratch.folder), "\(name): \(error!)")
      #expect(!"\(error!)".contains("\n") && !"\(error!)".contains(": it: "), "\(error!)")
    }
    #expect(decoders.isEmpty)
  }

  @Test func `is not that of a pipe, which would never end`() throws {
    let error = #expect(throws: MediaError.self) { try read("/dev/zero") }
    #expect(error?.description.contains("it is not a regular file") == true)
    let wrong = "\(scratch.folder)/wrong.wav"
    try writeSound([.nan] + Array(repeating: 0.1, count: 1000), to: wrong, as: .floatWave)
    let number = #expect(throws: MediaError.self) { try read(wrong) }
    #expect(number?.description.contains("found nan") == true, "\(number?.description ?? "")")
    let none = #expect(throws: MediaError.self) { try read("\(scratch.folder)/none") }
    #expect(none?.description.contains("No such file") == true)
  }

  @Test(
    .enabled(if: MediaPrograms.decoder != nil, "needs ffmpeg"),
    arguments: [
      "#EXTM3U\n#EXTINF:10,\nPLACE\n#EXT-X-ENDLIST\n", "ffconcat version 1.0\nfile 'PLACE'\n", "file 'PLACE'\n",
      "<?xml version=\"1.0\"?><MPD><Period><AdaptationSet><BaseURL>PLACE</BaseURL></AdaptationSet></Period></MPD>",
    ])
  func `is not that of another file which it names`(_ list: String) throws {
    let wave = "\(scratch.folder)/secret.wav"
    try writeSound(Array(repeating: 0.1, count: 16_000), to: wave)
    let path = try scratch.write(Array(list.replacing("PLACE", with: wave).utf8), to: "list")
    let error = #expect(throws: MediaError.self) { try read(path) }
    #expect(error?.kind == .notMedia, "\(error!)")
  }

  /// What decodes for this process now.
  private var decoders: [String] {
    let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
    let children = tasks.flatMap { words(of: "/proc/self/task/\($0)/children") }
    return children.flatMap { words(of: "/proc/\($0)/comm") }.filter { ["ffmpeg", "ffprobe", "prlimit"].contains($0) }
  }

  private func words(of path: String) -> [String] {
    let text = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) } ?? ""
    return text.split(whereSeparator: \.isWhitespace).map(String.init)
  }
}
