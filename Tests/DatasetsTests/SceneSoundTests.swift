import Audio
import Datasets
import Foundation
import Testing

@Suite struct `The sound of a scene` {
  private func decibels(_ samples: ArraySlice<Float>) -> Float {
    10 * log10(samples.reduce(0) { $0 + $1 * $1 } / Float(samples.count))
  }

  private func read(_ path: String) throws -> [Float] {
    var file = try SoundFile(path: path)
    #expect(file.sourceRate == 16_000 && file.channels == 1)
    return try file.readAll()
  }

  /// Composes scenes of tones, and hands over each with what was planned.
  private func compose(_ settings: SceneSettings, check: (Scene, SceneRecordings, [Float]) throws -> Void) throws {
    try withTemporaryFolder { folder in
      var rows = ""
      var heard: [Recording] = []
      for index in 0..<12 {
        // All have other levels, and lengths from 0.3 to 2.5 s, so that the long ones are cut.
        let tone = (0..<4800 + 3200 * index).map { 0.05 * Float(1 + index) * sin(Float($0) * 0.1 * Float(1 + index)) }
        try FileManager.default.createDirectory(atPath: "\(folder)/sounds", withIntermediateDirectories: true)
        let name = "\(String(UnicodeScalar(UInt8(97 + index)))).wav"
        try writeSound(tone, to: "\(folder)/sounds/\(name)", as: .floatWave)
        rows += "\(name),\(index % 2 == 0 ? "even" : "odd")\n"
        heard.append(
          Recording(name: name, labels: [index % 2], samples: tone, windowLength: settings.windowLength))
      }
      try write(rows, to: "\(folder)/labels.csv")
      let list = try SoundList(folder: "\(folder)/sounds", labels: ["\(folder)/labels.csv"], vocabulary: nil)
      let report = try SceneComposition(of: list, settings: settings, into: "\(folder)/scenes").run(threads: 2) { _ in }
      let source = try SceneRecordings(
        heard, folder: "\(folder)/sounds", vocabulary: list.vocabulary, minimumFiles: settings.minimumFiles)
      let plan = try ScenePlan(source, settings: settings)
      #expect(plan.scenes.count == report.scenes)
      for scene in plan.scenes { try check(scene, source, read("\(folder)/scenes/\(scene.name)")) }
    }
  }

  private var settings: SceneSettings {
    var settings = SceneSettings()
    settings.scenes = [.train: 20, .validation: 4, .evaluation: 4]
    settings.seconds = 3
    return settings
  }

  @Test func `has each event at its place and level, and noise elsewhere`() throws {
    var settings = settings
    settings.events = 1...1
    settings.levelDecibels = -20...0
    try compose(settings) { scene, _, samples in
      #expect(samples.count == settings.sceneLength)
      let event = scene.events[0]
      let places = event.onsets.map { $0..<$0 + event.piece.count }
      for place in places {
        // A tone is everywhere as loud as in its loudest window; the cuts' fades are left out.
        let inner = samples[place.lowerBound + 400..<place.upperBound - 400]
        #expect(abs(decibels(inner) - settings.referenceDecibels - event.levelDecibels) < 0.3)
      }
      let edges = [0] + places.flatMap { [$0.lowerBound, $0.upperBound] } + [samples.count]
      for gap in stride(from: 0, to: edges.count, by: 2) {
        let rest = samples[edges[gap]..<edges[gap + 1]]
        guard rest.count > 1600 else { continue }
        #expect(abs(decibels(rest) - scene.noiseDecibels) < 0.5)
      }
    }
  }

  @Test func `is the sum of its events`() throws {
    var settings = settings
    settings.events = 3...3
    try compose(settings) { scene, source, samples in
      var rest = samples
      for event in scene.events {
        let recording = source.recordings[event.recording]
        let sound = try read("\(source.folder)/\(recording.name)")
        let gain = pow(10, (settings.referenceDecibels + event.levelDecibels) / 20) / recording.loudness
        for onset in event.onsets {
          for index in event.piece.indices { rest[onset + index - event.piece.lowerBound] -= gain * sound[index] }
        }
      }
      for event in scene.events {  // the fades of a cut, 10 ms at each end, are not in this sum
        for onset in event.onsets {
          let end = onset + event.piece.count
          for index in Array(onset..<onset + 160) + Array(end - 160..<end) { rest[index] = 0 }
        }
      }
      #expect(abs(decibels(rest[...]) - scene.noiseDecibels) < 0.7, "only noise is left")
    }
  }

  @Test func `is made quieter as a whole where it would be clipped`() throws {
    var settings = settings
    settings.levelDecibels = 20...20
    try compose(settings) { _, _, samples in
      #expect(abs(samples.reduce(0) { max($0, abs($1)) } - settings.peak) < 1e-3)
    }
  }
}
