import Datasets
import Tensors
import Testing

@Suite struct `A plan of scenes` {
  private let classes = 6

  /// Scenes of 10 s at 100 samples a second: nothing is heard here.
  private var settings: SceneSettings {
    var settings = SceneSettings()
    settings.sampleRate = 100
    settings.scenes = [.train: 240, .validation: 30, .evaluation: 60]
    settings.seed = 5
    return settings
  }

  /// Recordings of 0.1 to 10 s. Label 0 has ten times as many as each other; a recording may also have the next label.
  private func recordings(seed: UInt64 = 1, alone: Bool = false) throws -> SceneRecordings {
    var generator = SeededGenerator(seed: seed)
    let heard = (0..<90).map { index in
      let label = index < 60 ? 0 : 1 + index % (classes - 1)
      let hasMore = !alone && label > 0 && index % 3 == 0
      let count = Int.random(in: 10...1000, using: &generator)
      return Recording(
        name: "\(index).wav", labels: hasMore ? [label, (label + 1) % classes].sorted() : [label],
        samples: (0..<count).map { generator.uniform() * ($0 < count / 2 ? 0.01 : 1) },
        windowLength: settings.windowLength)
    }
    let vocabulary = Vocabulary(names: (0..<classes).map { "label \($0)" })
    return try SceneRecordings(heard, folder: "sounds", vocabulary: vocabulary, minimumFiles: 4)
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64])
  func `takes the events of a part from recordings of that part alone`(seed: UInt64) throws {
    let plan = try ScenePlan(recordings(seed: seed), settings: settings)
    var digests: [Split: Set<UInt64>] = [:]
    for scene in plan.scenes {
      for event in scene.events {
        #expect(plan.parts[event.recording] == scene.split)
        digests[scene.split, default: []].insert(plan.source.recordings[event.recording].digest)
      }
    }
    for (one, other) in [(Split.train, Split.validation), (.train, .evaluation), (.validation, .evaluation)] {
      #expect(digests[one]!.isDisjoint(with: digests[other]!))
    }
  }

  @Test(arguments: [1, 2, 3, 4, 5] as [UInt64]) func `has every label in every part`(seed: UInt64) throws {
    let plan = try ScenePlan(recordings(seed: seed), settings: settings)
    for split in Split.allCases {
      let scenes = plan.scenes.filter { $0.split == split }
      #expect(scenes.count == settings.scenes[split])
      #expect(Set(scenes.flatMap(\.labels)) == Set(0..<classes))
      let members = zip(plan.parts, plan.source.recordings).filter { $0.0 == split }
      #expect(Set(members.flatMap(\.1.labels)) == Set(0..<classes))
    }
  }

  @Test func `gives a scene the labels of all its recordings`() throws {
    let plan = try ScenePlan(recordings(), settings: settings)
    for scene in plan.scenes {
      #expect(scene.labels == Set(scene.events.flatMap { plan.source.recordings[$0.recording].labels }).sorted())
    }
    #expect(plan.scenes.contains { $0.labels.count > $0.events.count }, "some recordings have two labels")
  }

  @Test func `keeps to its rule`() throws {
    let plan = try ScenePlan(recordings(), settings: settings)
    for scene in plan.scenes {
      #expect(Set(scene.events.map(\.recording)).count == scene.events.count, "a recording is in a scene once")
      #expect(settings.noiseDecibels.contains(scene.noiseDecibels))
      for event in scene.events {
        let recording = plan.source.recordings[event.recording]
        #expect(event.piece.count == min(recording.count, settings.longestEvent))
        #expect(event.piece.lowerBound >= 0 && event.piece.upperBound <= recording.count)
        #expect(
          recording.loudWindows.contains {
            event.piece.contains($0) && min($0 + settings.windowLength, recording.count) <= event.piece.upperBound
          }, "what is heard is loud somewhere")
        #expect(event.onsets[0] >= 0 && event.onsets.last! + event.piece.count <= settings.sceneLength)
        let pauses = zip(event.onsets, event.onsets.dropFirst()).map { $1 - $0 - event.piece.count }
        #expect(pauses.allSatisfy { settings.pauses.contains($0) })
        let length = event.onsets.last! - event.onsets[0] + event.piece.count
        #expect(length <= settings.longestEvent)
        #expect(length + event.piece.count + settings.pauses.upperBound > settings.shortEvents.lowerBound)
        #expect(settings.levelDecibels.contains(event.levelDecibels))
      }
    }
    let events = plan.scenes.flatMap(\.events)
    #expect(Set(plan.scenes.map(\.events.count)) == [1, 2, 3])
    #expect(Set(plan.scenes.map(\.name)).count == plan.scenes.count)
    #expect(Set(events.map(\.onsets[0])).count > 100 && Set(events.map(\.levelDecibels)).count > 400)
  }

  @Test func `has labels about equally often, however many recordings they have`() throws {
    let plan = try ScenePlan(recordings(alone: true), settings: settings)
    let train = plan.scenes.filter { $0.split == .train }
    let counts = (0..<classes).map { label in train.count { $0.labels.contains(label) } }
    let mean = Double(counts.reduce(0, +)) / Double(classes)
    #expect(counts.allSatisfy { abs(Double($0) - mean) < 0.25 * mean }, "\(counts)")
  }

  @Test func `is the same for a seed and another for another`() throws {
    let source = try recordings()
    let plan = try ScenePlan(source, settings: settings)
    let again = try ScenePlan(source, settings: settings)
    #expect(again.scenes == plan.scenes && again.parts == plan.parts)
    var other = settings
    other.seed += 1
    let different = try ScenePlan(source, settings: other)
    #expect(different.scenes != plan.scenes && different.parts != plan.parts)
  }

  @Test func `may leave a part out, and its recordings go to the others`() throws {
    var settings = settings
    settings.scenes[.validation] = 0
    let plan = try ScenePlan(recordings(), settings: settings)
    #expect(Set(plan.parts) == [.train, .evaluation])
    #expect(Set(plan.scenes.map(\.split)) == [.train, .evaluation])
  }

  @Test func `needs a scene for each label`() throws {
    var settings = settings
    settings.scenes[.evaluation] = 5
    let error = message { _ = try ScenePlan(recordings(), settings: settings) }
    #expect(error == "expected at least 6 evaluation scenes, one for each label, found 5")
  }

  @Test func `needs recordings of each label for each part`() throws {
    let heard = (0..<20).map { index in
      Recording(name: "\(index).wav", labels: [index < 18 ? 0 : 1], samples: [Float(index + 1)], windowLength: 10)
    }
    let source = try SceneRecordings(
      heard, folder: "sounds", vocabulary: Vocabulary(names: ["many", "two"]), minimumFiles: 2)
    let error = message { _ = try ScenePlan(source, settings: settings) }
    #expect(error.hasPrefix("expected a recording of each label in each part, found none of two for "))
    #expect(!error.contains("\n"))
  }
}
