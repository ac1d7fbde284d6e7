internal import Tensors

/// Draws the scenes of one part. Each scene has a random generator of its own.
struct SceneDraw {
  private let split: Split
  private let recordings: [Recording]
  private let members: [[Int]]  // the part's recordings, of each label
  private let different: Int  // how many recordings the part has
  private let firstLabels: [Int]  // all labels, shuffled
  private let settings: SceneSettings

  /// - Parameter members: The recordings of this part; there is one of each label.
  init(
    _ split: Split, of recordings: [Recording], members: [Int], classes: Int, _ settings: SceneSettings
  ) {
    var generator = SeededGenerator(seed: settings.seed, stream: "labels of \(split.rawValue)")
    self.split = split
    self.recordings = recordings
    self.members = (0..<classes).map { label in members.filter { recordings[$0].labels.contains(label) } }
    different = members.count
    firstLabels = (0..<classes).shuffled(using: &generator)
    self.settings = settings
  }

  func scenes() -> [Scene] { (0..<settings.scenes[split]!).map { scene($0) } }

  private func scene(_ index: Int) -> Scene {
    let number = String(index)
    let name = "\(split.rawValue)/\(String(repeating: "0", count: max(0, 5 - number.count)))\(number).flac"
    var generator = SeededGenerator(seed: settings.seed, stream: name)
    let count = min(Int.random(in: settings.events, using: &generator), different)
    var chosen: [Int] = []
    while chosen.count < count {
      let label =
        chosen.isEmpty ? firstLabels[index % firstLabels.count] : members.indices.randomElement(using: &generator)!
      let recording = members[label].randomElement(using: &generator)!
      if !chosen.contains(recording) { chosen.append(recording) }
    }
    let events = chosen.map { event(of: $0, using: &generator) }
    return Scene(
      name: name, split: split, labels: Set(chosen.flatMap { recordings[$0].labels }).sorted(), events: events,
      noiseDecibels: Self.draw(settings.noiseDecibels, using: &generator))
  }

  private func event(of index: Int, using generator: inout SeededGenerator) -> SceneEvent {
    let piece = piece(of: recordings[index], using: &generator)
    let offsets = offsets(of: piece.count, using: &generator)
    let length = offsets.last! + piece.count
    let onset = Int.random(in: 0...settings.sceneLength - length, using: &generator)
    return SceneEvent(
      recording: index, piece: piece, onsets: offsets.map { onset + $0 },
      levelDecibels: Self.draw(settings.levelDecibels, using: &generator))
  }

  /// When a piece begins each time that it is heard, from the first time on.
  private func offsets(of count: Int, using generator: inout SeededGenerator) -> [Int] {
    let length = Int.random(in: settings.shortEvents, using: &generator)
    var offsets = [0]
    while true {
      let next = offsets.last! + count + Int.random(in: settings.pauses, using: &generator)
      guard next + count <= length else { return offsets }
      offsets.append(next)
    }
  }

  /// The whole recording, or a piece of it that holds one of its loud windows.
  private func piece(of recording: Recording, using generator: inout SeededGenerator) -> Range<Int> {
    let length = settings.longestEvent
    guard recording.count > length else { return 0..<recording.count }
    let window = recording.loudWindows.randomElement(using: &generator)!
    let end = min(window + settings.windowLength, recording.count)
    let start = Int.random(in: max(0, end - length)...min(window, recording.count - length), using: &generator)
    return start..<start + length
  }

  private static func draw(_ range: ClosedRange<Float>, using generator: inout SeededGenerator) -> Float {
    range.lowerBound + (range.upperBound - range.lowerBound) * generator.uniform()
  }
}
