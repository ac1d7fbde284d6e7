import ArgumentParser
import Testing

@testable import Antiphon

@Suite struct `The checkpoints of a mean` {
  private func kept(_ count: Int, of steps: Int, _ flags: String...) throws -> TrainingOptions {
    try TrainingOptions.parse(flags).keeping(count, over: .steps(steps))
  }

  @Test(arguments: [(9, 5000), (9, 50_000), (3, 1000), (2, 20), (9, 10), (9, 9), (100, 101)])
  func `are so many, at equal distances to the end`(count: Int, steps: Int) throws {
    let options = try kept(count, of: steps)
    let distance = try #require(options.checkpointSteps)
    #expect(options.keep == count && options.checkpointSeconds == 0)
    let made = Array(stride(from: distance, to: steps, by: distance)) + [steps]
    #expect(made.count >= count && (made.count == count || steps < count * count))
  }

  @Test func `are those that are asked for, where these are enough`() throws {
    #expect(try kept(3, of: 1000, "--checkpoint-steps", "100", "--keep", "7").checkpointSteps == 100)
    #expect(try kept(1, of: 1000).checkpointSteps == nil)
    for flags in [["--checkpoint-steps", "500"], ["--checkpoint-seconds", "300"], ["--keep", "2"]] {
      #expect(throws: ValidationError.self) { try TrainingOptions.parse(flags).keeping(3, over: .steps(1000)) }
    }
    #expect(throws: ValidationError.self) { try kept(9, of: 5) }
    #expect(try kept(3, of: 1000, "--checkpoint-steps", "300").checkpointSeconds == 0, "and no others beside them")
  }

  @Test func `are also so many in a time`() throws {
    let kept = { try TrainingOptions.parse($0).keeping(3, over: .seconds(60)) }
    #expect(try kept([]).checkpointSeconds == 20 && kept(["--checkpoint-seconds", "5"]).checkpointSeconds == 5)
    for flags in [["--checkpoint-seconds", "30"], ["--checkpoint-steps", "10"], ["--checkpoint-seconds", "0"]] {
      #expect(throws: ValidationError.self) { try kept(flags) }
    }
  }
}
