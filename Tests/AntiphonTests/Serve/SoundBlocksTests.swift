import Captions
import Foundation
import Testing

@testable import Antiphon

@Suite struct `Captions as Caption4Sound has them` {
  private struct Told: Decodable, Equatable {
    let audioFilename: String
    let dlStatus: String
    let results: [String: [String]]
  }

  private func told(_ captions: [SoundEvent], seconds: Double) throws -> Told {
    let blocks = SoundBlocks(captions, seconds: seconds, names: ["Bark", "Speech"], file: "a.wav")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Told.self, from: Data(blocks.line.utf8))
  }

  @Test func `are the labels of blocks of five seconds, two seconds apart`() throws {
    let captions = [
      SoundEvent(label: 1, begin: 0, end: 4, score: 0.5), SoundEvent(label: 0, begin: 3, end: 3.5, score: 0.9),
      SoundEvent(label: 0, begin: 4.9, end: 5.2, score: 0.9),
    ]
    let told = try told(captions, seconds: 12)
    #expect(
      told.results == ["0": ["Bark", "Speech"], "1": ["Bark", "Speech"], "2": ["Bark"], "3": []])
    #expect(told.audioFilename == "a.wav" && told.dlStatus == "finished")
  }

  @Test(arguments: [(0.0, 1), (3, 1), (5, 1), (6.9, 1), (7, 2), (60, 28), (61, 29)])
  func `are as many as fit, and one at least`(_ seconds: Double, _ count: Int) throws {
    let results = try told([], seconds: seconds).results
    #expect(results.count == count && results.keys.sorted() == (0..<count).map(String.init).sorted())
  }
}

@Suite struct `A timeline that is pooled` {
  @Test(arguments: [1, 3, 8, 9, 64, 1000])
  func `has few columns, each the highest of its part`(_ count: Int) {
    var generator = SystemRandomNumberGenerator()
    let columns = (0..<count).map { _ in (0..<3).map { _ in UInt8.random(in: 0...255, using: &generator) } }
    var timeline = PooledTimeline(rows: 3, mostColumns: 8)
    for column in columns { timeline.add(column) }
    #expect(timeline.columns <= 8 && timeline.columns > (count < 8 ? count - 1 : 4))
    for row in 0..<3 {
      let parts = stride(from: 0, to: count, by: timeline.perColumn).map { first in
        columns[first..<min(first + timeline.perColumn, count)].map { $0[row] }.max()
      }
      #expect(timeline.row(row) == parts.map { $0! })
    }
  }
}
