import Foundation
import Testing

@testable import Audio

@Suite struct `A sound file` {
  static let tones = [
    "tone-8000-mono.wav", "tone-11025-mono.wav", "tone-44100-stereo.flac", "tone-44100-stereo.ogg",
    "tone-44100-stereo.mp3", "tone-48000-stereo.opus",
  ]

  @Test(arguments: tones)
  func `keeps the pitch, the level and the length of a tone`(_ name: String) throws {
    var file = try SoundFile(path: Sounds.fixture(name))
    let parts = name.split(whereSeparator: { "-.".contains($0) })
    #expect(file.sourceRate == Int(parts[1]))
    #expect(file.channels == (parts[2] == "stereo" ? 2 : 1))
    let sound = try file.readAll()
    #expect(abs(sound.count - 8_000) <= 2)
    let middle = Array(sound[2_000..<6_000])
    #expect(abs(amplitude(of: middle, hertz: 440) - 0.5) < 0.02)
    for other in [420.0, 460.0, 880.0] { #expect(amplitude(of: middle, hertz: other) < 0.02) }
    let power = middle.reduce(0) { $0 + Double($1 * $1) } / Double(middle.count)
    #expect(abs(power - 0.125) < 0.01, "half the square of the amplitude, and nothing else")
  }

  @Test func `of the wanted rate passes unchanged`() throws {
    let folder = try TemporaryFolder()
    let sound = Sounds.noise(count: 40_001)
    try writeSound(sound, to: folder.file("noise.wav"), as: .floatWave)
    var file = try SoundFile(path: folder.file("noise.wav"))
    #expect(try file.readAll() == sound)
  }

  @Test(arguments: [SoundEncoding.wave, .flac])
  func `survives a round trip through 16 bits`(_ encoding: SoundEncoding) throws {
    let folder = try TemporaryFolder()
    let sound = Sounds.noise(count: 12_345) + [1.5, -1.5]
    try writeSound(sound, to: folder.file("noise"), sampleRate: 22_050, as: encoding)
    var file = try SoundFile(path: folder.file("noise"), sampleRate: 22_050)
    let back = try file.readAll()
    try #require(back.count == sound.count)
    #expect(zip(sound, back).allSatisfy { abs(max(-1, min(1, $0)) - $1) < 2.0 / 32_768 })
  }

  @Test(arguments: [SoundEncoding.wave, .floatWave, .flac])
  func `has the same bytes each time it is written`(_ encoding: SoundEncoding) async throws {
    let folder = try TemporaryFolder()
    let sound = Sounds.noise(count: 5_000)
    try writeSound(sound, to: folder.file("one"), as: encoding)
    try await Task.sleep(for: .milliseconds(1_100))  // a time of day in whole seconds would differ
    try writeSound(sound, to: folder.file("two"), as: encoding)
    #expect(FileManager.default.contentsEqual(atPath: folder.file("one"), andPath: folder.file("two")))
  }

  @Test func `is read as the mean of its channels`() throws {
    let folder = try TemporaryFolder()
    let samples: [[Float]] = [[0.5, 0.25, -1], [0, 0.5, 0.25]]
    let path = try folder.write(wave(channels: 3, rate: 16_000, samples: samples.flatMap { $0 }), to: "three.wav")
    var file = try SoundFile(path: path)
    let means = try file.readAll()
    #expect(zip(means, samples).allSatisfy { abs($0 - $1.reduce(0, +) / 3) < 1e-6 })
    #expect(means.count == 2)
  }

  @Test func `can be read from one second to another`() throws {
    let folder = try TemporaryFolder()
    let sound = Sounds.noise(count: 32_000)
    try writeSound(sound, to: folder.file("noise.wav"), as: .floatWave)
    var middle = try SoundFile(path: folder.file("noise.wav"), from: 0.5, to: 1.25)
    #expect(try middle.readAll() == Array(sound[8_000..<20_000]))
    var tail = try SoundFile(path: folder.file("noise.wav"), from: 1.5, to: 10)
    #expect(try tail.readAll() == Array(sound[24_000...]))
    var part = try SoundFile(path: Sounds.fixture("tone-44100-stereo.ogg"), from: 0.1, to: 0.4)
    #expect(abs(try part.readAll().count - 4_800) <= 2)
  }

  @Test func `gives blocks that are never empty before the end`() throws {
    var file = try SoundFile(path: Sounds.fixture("tone-44100-stereo.mp3"))
    var block: [Float] = []
    while try file.read(into: &block) { #expect(!block.isEmpty) }
    #expect(block.isEmpty)
    #expect(try !file.read(into: &block))
  }

  private func amplitude(of sound: [Float], hertz: Double) -> Double {
    var (cosine, sine) = (0.0, 0.0)
    for (index, value) in sound.enumerated() {
      let phase = 2 * .pi * hertz * Double(index) / 16_000
      cosine += Double(value) * cos(phase)
      sine += Double(value) * sin(phase)
    }
    return 2 * (cosine * cosine + sine * sine).squareRoot() / Double(sound.count)
  }
}
