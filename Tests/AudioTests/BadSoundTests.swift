import Foundation
import Synchronization
import Testing

@testable import Audio

@Suite struct `A file that is no good sound` {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  @Test func `is not there, or is a folder or a device`() {
    #expect(
      fault(folder.file("none.wav")) == .cannotOpen(path: folder.file("none.wav"), reason: "No such file or directory"))
    for path in [folder.path, "/dev/zero"] {
      #expect(fault(path) == .cannotOpen(path: path, reason: "it is not a regular file"))
    }
  }

  @Test func `is a text by the name of a sound`() throws {
    let path = try folder.write("This is not a sound.\n".utf8, to: "text.wav")
    guard case .notSound(path, let reason)? = fault(path) else { return #expect(Bool(false), "\(fault(path) as Any)") }
    #expect(!reason.isEmpty)
  }

  @Test func `has no byte, or no sample`() throws {
    let nothing = try folder.write([], to: "nothing.wav")
    #expect(fault(nothing) == .empty(path: nothing))
    let header = try folder.write(wave(channels: 1, rate: 16_000, samples: []), to: "header.wav")
    #expect(fault(header) == .empty(path: header))
  }

  @Test(arguments: [
    (0, 16_000), (1, 0), (1_000, 16_000), (1_500, 16_000), (65_535, 16_000), (1, 2_147_483_647), (2, 3),
  ])
  func `has a header that no recording has`(channels: Int, rate: Int) throws {
    let samples = [Float](repeating: 0.5, count: 3_000)
    let path = try folder.write(wave(channels: channels, rate: rate, samples: samples), to: "absurd.wav")
    switch fault(path) {
    case .absurdHeader(path, _, let value, _): #expect([channels, rate].contains(value))
    case .notSound(path, let reason): #expect(!reason.isEmpty)
    case let other: #expect(Bool(false), "\(other as Any)")
    }
  }

  @Test(arguments: [0x0010_0000, 0xf000_0000, 0xffff_fffe])
  func `ends long before its header says`(promised: Int) throws {
    let samples = [Float](repeating: 0.5, count: 16_000)
    let path = try folder.write(wave(channels: 1, rate: 16_000, samples: samples, promised: promised), to: "cut.wav")
    guard case .damaged(path, let second, let reason)? = fault(path) else {
      return #expect(Bool(false), "\(fault(path) as Any)")
    }
    #expect(second == 1 && reason.contains("\(promised)"))
  }

  @Test func `is of 64 bits and promises 5 GB`() throws {
    let whole = wave(channels: 1, rate: 16_000, samples: [Float](repeating: 0.5, count: 16_000))
    func little(_ number: UInt64) -> [UInt8] { (0..<8).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) } }
    let sizes = little(5_000_000_100) + little(5_000_000_000) + little(1_250_000_000) + [0, 0, 0, 0]
    let start = Array("RF64".utf8) + [255, 255, 255, 255] + Array("WAVEds64".utf8) + [28, 0, 0, 0] + sizes
    let path = try folder.write(start + [UInt8](whole)[12...], to: "large.wav")
    guard case .damaged(path, _, let reason)? = fault(path) else {
      return #expect(Bool(false), "\(fault(path) as Any)")
    }
    #expect(reason.contains("5000000100"))
  }

  @Test(arguments: [0xffff_ffff, 0x8000_0000, 0x7fff_ffff, 0x7fff_f000])
  func `was written to a pipe, and so cannot say how long it is: it is read to its end`(placeholder: Int) throws {
    let bytes = wave(channels: 1, rate: 16_000, samples: [0.5, 0.25], promised: placeholder)
    var file = try SoundFile(path: try folder.write(bytes, to: "short.wav"))
    #expect(try file.readAll() == [0.5, 0.25])
  }

  @Test func `breaks off`() throws {
    let whole = try Data(contentsOf: URL(filePath: Sounds.fixture("tone-44100-stereo.flac")))
    let path = try folder.write(whole.prefix(whole.count / 2), to: "half.flac")
    guard case .damaged(path, let second, _)? = fault(path) else {
      return #expect(Bool(false), "\(fault(path) as Any)")
    }
    #expect(second < 0.5)
  }

  @Test func `is read as far as it goes where it may break off`() throws {
    let flac = try Data(contentsOf: URL(filePath: Sounds.fixture("tone-44100-stereo.flac")))
    let whole = wave(channels: 1, rate: 16_000, samples: [Float](repeating: 0.5, count: 16_000), promised: 0x10_0000)
    for (name, bytes) in [("half.flac", flac.prefix(flac.count / 2)), ("cut.wav", Data(whole))] {
      let path = try folder.write(bytes, to: name)
      var file = try SoundFile(path: path, mayBreakOff: true)
      let samples = try file.readAll()
      #expect(!samples.isEmpty && file.breakOff == fault(path), "\(name)")
      #expect(file.breakOff != nil, "\(name)")
    }
    var file = try SoundFile(path: Sounds.fixture("tone-44100-stereo.flac"), mayBreakOff: true)
    #expect(try file.readAll().count > 0 && file.breakOff == nil)
  }

  @Test func `holds what is no number`() throws {
    var samples = [Float](repeating: 0.5, count: 32_000)
    samples[16_000] = .nan
    let path = try folder.write(wave(channels: 1, rate: 16_000, samples: samples), to: "nan.wav")
    guard case .damaged(path, let second, _)? = fault(path) else {
      return #expect(Bool(false), "\(fault(path) as Any)")
    }
    #expect(second == 1)
  }

  @Test func `ends before the part that was asked for`() throws {
    let path = Sounds.fixture("tone-8000-mono.wav")
    for (start, end) in [(0.5, nil), (3, 4), (0.3, 0.2), (-1, 0.5)] as [(Double, Double?)] {
      #expect(throws: AudioError.outside(path: path, start: start, end: end, duration: 0.5)) {
        _ = try SoundFile(path: path, from: start, to: end)
      }
    }
  }

  @Test(arguments: `A sound file`.tones)
  func `never brings the program down, whichever byte is wrong`(_ name: String) throws {
    let whole = try [UInt8](Data(contentsOf: URL(filePath: Sounds.fixture(name))))
    for index in 0..<300 {
      var bytes = whole
      bytes[(index * 7_919) % min(index < 150 ? 400 : .max, bytes.count)] ^= UInt8(1 + index % 255)
      let path = try folder.write(
        index % 3 == 0 ? bytes[..<(bytes.count * (index % 7 + 1) / 8)] : bytes[...], to: "wrong")
      if let fault = fault(path) {
        #expect(fault.description.contains(path) && !fault.description.contains("\n"))
      }
    }
  }

  @Test func `cannot be written where there is no folder`() {
    let path = folder.file("none/sound.wav")
    #expect(throws: AudioError.cannotWrite(path: path, reason: "No such file or directory")) {
      try writeSound([0], to: path)
    }
    #expect(throws: AudioError.self) { try writeSound(Sounds.noise(count: 100_000), to: "/dev/full", as: .wave) }
  }

  /// What is thrown when the whole file is read.
  private func fault(_ path: String) -> AudioError? {
    do throws(AudioError) {
      var file = try SoundFile(path: path)
      var block: [Float] = []
      while try file.read(into: &block) {}
      return nil
    } catch {
      return error
    }
  }

  @Test func `closes no file of another thread`() throws {
    let bad = try folder.write(Array("RIFF".utf8) + Array(repeating: 7, count: 200), to: "bad.wav")
    let isOver = Atomic(false)
    let stolen = Atomic(0)
    DispatchQueue.concurrentPerform(iterations: 3) { thread in
      if thread == 0 {
        for _ in 0..<20_000 { #expect(throws: AudioError.self) { _ = try SoundFile(path: bad) } }
        isOver.store(true, ordering: .relaxed)
      }
      while !isOver.load(ordering: .relaxed) {
        let descriptor = open("/dev/null", O_RDONLY)
        for _ in 0..<20 { sched_yield() }
        if close(descriptor) != 0 { stolen.add(1, ordering: .relaxed) }
      }
    }
    #expect(stolen.load(ordering: .relaxed) == 0)
  }
}
