import Audio
import Datasets
import Foundation

/// Sound files, and what a preparation does with them.
struct PreparedSounds {
  private let plan: PreparationPlan
  private let files: [(path: String, rate: Int)]
  /// Of all the sound.
  let seconds: Double

  /// Steps, each with all that comes before it, by one thread.
  static let steps: [(name: String, run: @Sendable (PreparedSounds) throws -> Void)] = [
    ("decoding", { sounds in try sounds.read(at: { $0.rate }) }),
    ("resampling", { sounds in try sounds.read(at: { _ in sounds.settings.sampleRate }) }),
    ("log-mel", { sounds in try sounds.computeLogMel() }),
    ("writing", { sounds in try sounds.prepare(threads: 1) }),
  ]

  init(folder: String) throws {
    plan = PreparationPlan(try SoundList(foldersIn: folder, vocabulary: nil), settings: PreparationSettings())
    let names = plan.shards.flatMap { $0.sounds.map(\.name) }
    var seconds = 0.0
    files = try names.map { name in
      let path = "\(folder)/\(name)"
      let file = try SoundFile(path: path)
      guard let length = file.seconds else { throw BenchmarkError("expected \(path) to tell how long it is") }
      seconds += length
      return (path, file.sourceRate)
    }
    self.seconds = seconds
  }

  private var settings: FrontEndSettings { plan.description.frontEnd }

  private func read(at rate: ((path: String, rate: Int)) -> Int) throws {
    var block: [Float] = []
    for named in files {
      var file = try SoundFile(path: named.path, sampleRate: rate(named))
      while try file.read(into: &block) {}
    }
  }

  private func computeLogMel() throws {
    for named in files { _ = try Preparation.soundFiles(named.path, settings) { _ in } }
  }

  /// The whole preparation, into a folder that is removed again.
  func prepare(threads: Int) throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "antiphon-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: folder) }
    _ = try Preparation(of: plan, into: folder).run(threads: threads, source: Preparation.soundFiles) { _ in }
  }
}
