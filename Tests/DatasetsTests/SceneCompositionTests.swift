import Audio
import Datasets
import Foundation
import Synchronization
import Testing

@Suite struct `A composition of scenes` {
  private var settings: SceneSettings {
    var settings = SceneSettings()
    settings.scenes = [.train: 8, .validation: 4, .evaluation: 4]
    settings.seconds = 1
    settings.seed = 11
    return settings
  }

  /// Tones of three labels, six each and from 0.1 to 1.2 s long; one of them twice, a silent file, and one that is no
  /// sound.
  private func makeSounds(in folder: String) throws {
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    var rows = "path,labels\n"
    for index in 0..<18 {
      let tone = (0..<1600 + 1000 * index).map { 0.3 * sin(Float($0) * 0.05 * Float(1 + index)) }
      try writeSound(tone, to: "\(folder)/\(index).wav")
      rows += "\(index).wav,\(["low", "\"high, very\"", "low;all"][index % 3])\n"
      if index == 4 {
        // The same samples in another format: FLAC rounds them first.
        try writeSound(tone, to: "\(folder)/copy.flac", as: .flac)
        var copy = try SoundFile(path: "\(folder)/copy.flac")
        try writeSound(copy.readAll(), to: "\(folder)/\(index).wav", as: .floatWave)
        rows += "copy.flac,low\n"
      }
    }
    try writeSound(Array(repeating: 0, count: 4000), to: "\(folder)/silent.wav")
    try write("no sound", to: "\(folder)/text.wav")
    try write(rows + "silent.wav,low\ntext.wav,low\nnowhere.wav,low\n", to: "\(folder)/labels.csv")
  }

  private func composition(_ folder: String, into name: String, _ settings: SceneSettings) throws -> SceneComposition {
    let list = try SoundList(folder: "\(folder)/sounds", labels: ["\(folder)/sounds/labels.csv"], vocabulary: nil)
    return SceneComposition(of: list, settings: settings, into: "\(folder)/\(name)")
  }

  @Test func `has the same bytes on any number of threads, and others for another seed`() throws {
    try withTemporaryFolder { folder in
      try makeSounds(in: "\(folder)/sounds")
      _ = try composition(folder, into: "one", settings).run(threads: 1) { _ in }
      _ = try composition(folder, into: "three", settings).run(threads: 3) { _ in }
      let one = try contents(of: "\(folder)/one")
      #expect(one.count == 19 && one.keys.contains("labels.csv") && one.keys.contains("scenes.json"))
      #expect(try contents(of: "\(folder)/three") == one)
      var other = settings
      other.seed += 1
      _ = try composition(folder, into: "other", other).run(threads: 2) { _ in }
      let different = try contents(of: "\(folder)/other")
      #expect(one.filter { different[$0.key] == $0.value }.isEmpty)
    }
  }

  @Test func `that is interrupted anywhere goes on to the same bytes`() throws {
    struct Interruption: Error {}
    try withTemporaryFolder { folder in
      try makeSounds(in: "\(folder)/sounds")
      _ = try composition(folder, into: "undisturbed", settings).run(threads: 1) { _ in }
      let expected = try contents(of: "\(folder)/undisturbed")
      for (stop, kept) in [
        (SceneComposition.Progress.hearing(3, of: 21), 0), (.composing(1, of: 16), 1),
        (.composing(9, of: 16), 9), (.composing(16, of: 16), 16),
      ] {
        let name = "stopped-\(stop)"
        #expect(throws: Interruption.self) {
          try composition(folder, into: name, settings).run(threads: 1) { if $0 == stop { throw Interruption() } }
        }
        #expect(throws: DatasetError.self) {
          try SoundList(folder: "\(folder)/\(name)", labels: ["\(folder)/\(name)/labels.csv"], vocabulary: nil)
        }
        let composed = Mutex(0)
        _ = try composition(folder, into: name, settings).run(threads: 2) { progress in
          if case .composing = progress { composed.withLock { $0 += 1 } }
        }
        #expect(composed.withLock { $0 } == 16 - kept, "finished scenes are not made again")
        #expect(try contents(of: "\(folder)/\(name)") == expected)
      }
    }
  }

  @Test func `refuses a folder of other scenes, and leaves it as it is`() throws {
    try withTemporaryFolder { folder in
      try makeSounds(in: "\(folder)/sounds")
      _ = try composition(folder, into: "scenes", settings).run(threads: 2) { _ in }
      let before = try contents(of: "\(folder)/scenes").filter { !$0.key.hasPrefix(".") }
      func error(_ change: (inout SceneSettings) -> Void) -> String {
        var other = settings
        change(&other)
        return message { _ = try composition(folder, into: "scenes", other).run(threads: 2) { _ in } }
      }
      #expect(error { $0.seed = 3 }.contains("made with other settings (seed 11, now 3): choose another folder"))
      #expect(error { $0.scenes[.train] = 9 }.contains("(train scenes 8, now 9)"))
      #expect(error { $0.seconds = 3 }.contains("(seconds 1.0, now 3.0)"))
      #expect(error { $0.levelDecibels = -3...0 }.contains("(another rule)"))
      try writeSound(Array(repeating: 0.5, count: 4000), to: "\(folder)/sounds/0.wav")
      #expect(error { _ in }.contains("(other sounds, or other labels)"))
      #expect(try contents(of: "\(folder)/scenes").filter { !$0.key.hasPrefix(".") } == before)
    }
  }

  @Test func `divides the recordings itself`() throws {
    try withTemporaryFolder { folder in
      try makeSounds(in: "\(folder)/sounds")
      try write("0.wav,low,train\n", to: "\(folder)/sounds/labels.csv")
      let error = message { _ = try composition(folder, into: "scenes", settings).run(threads: 1) { _ in } }
      #expect(error == "expected sounds of no part, as they are divided here, found 0.wav for train")
      #expect(!FileManager.default.fileExists(atPath: "\(folder)/scenes"))
    }
  }

  @Test func `tells what it left out`() throws {
    try withTemporaryFolder { folder in
      try makeSounds(in: "\(folder)/sounds")
      let report = try composition(folder, into: "scenes", settings).run(threads: 2) { _ in }
      #expect(report.skipped.map(\.path) == ["copy.flac", "nowhere.wav", "silent.wav", "text.wav"])
      #expect(report.skipped.map(\.kind) == [.copy, .missing, .silent, .undecodable])
      #expect(report.skipped[0].reason == "the same recording as 4.wav")
      #expect(report.recordings.values.reduce(0, +) == 18)
      #expect(report.labels.map(\.name) == ["all", "high, very", "low"])
      #expect(report.labels.allSatisfy { $0.scenes.values.allSatisfy { $0 > 0 } })
    }
  }

  @Test func `tells when each of its sounds is heard`() throws {
    try withTemporaryFolder { folder in
      try makeSounds(in: "\(folder)/sounds")
      _ = try composition(folder, into: "scenes", settings).run(threads: 2) { _ in }
      let times = try SceneTimes(of: "\(folder)/scenes")
      let list = try SoundList(folder: "\(folder)/scenes", labels: ["\(folder)/scenes/labels.csv"], vocabulary: nil)
      for sound in list.sounds {
        let events = try #require(times.events[sound.name])
        #expect(Set(events.map(\.label)) == Set(sound.labels.map { list.vocabulary.labels[$0].name }))
        #expect(events.allSatisfy { $0.times.lowerBound >= 0 && $0.times.upperBound <= settings.seconds })
        // What is heard is louder than the noise that is there all the time.
        var file = try SoundFile(path: "\(folder)/scenes/\(sound.name)", sampleRate: settings.sampleRate)
        var (samples, block): ([Float], [Float]) = ([], [])
        while try file.read(into: &block) { samples += block }
        func power(_ isHeard: Bool) -> Float {
          let chosen = samples.indices.filter { index in
            let second = Double(index) / Double(settings.sampleRate)
            return events.contains { $0.times.contains(second) } == isHeard
          }
          return chosen.reduce(0) { $0 + samples[$1] * samples[$1] } / Float(max(1, chosen.count))
        }
        #expect(power(true) > 4 * power(false), "\(sound.name)")
      }
    }
  }

  @Test func `is listed as a preparation reads it`() throws {
    try withTemporaryFolder { folder in
      try makeSounds(in: "\(folder)/sounds")
      let report = try composition(folder, into: "scenes", settings).run(threads: 2) { _ in }
      let list = try SoundList(folder: "\(folder)/scenes", labels: ["\(folder)/scenes/labels.csv"], vocabulary: nil)
      #expect(list.skipped.isEmpty && list.vocabulary.labels.map(\.name) == report.labels.map(\.name))
      for split in Split.allCases {
        let sounds = list.sounds.filter { $0.split == split }
        #expect(sounds.count == settings.scenes[split])
        #expect(sounds.allSatisfy { $0.name.hasPrefix("\(split.rawValue)/") })
        for label in list.vocabulary.labels {
          let count = sounds.count { $0.labels.contains(label.index) }
          #expect(count == report.labels[label.index].scenes[split])
        }
        let mean = Double(sounds.reduce(0) { $0 + $1.labels.count }) / Double(sounds.count)
        #expect(abs(try #require(report.chanceMap[split]) - mean / 3) < 1e-9)
      }
    }
  }
}
