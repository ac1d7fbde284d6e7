import ArgumentParser
import Faults
import Foundation
import Tensors

struct LongRuns: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "long", abstract: "One random scenario of the fault bed after the other, until the time is over.")

  @Option(help: "For how long scenarios are begun.")
  var minutes = 60.0

  @Option(help: "The same seed gives the same scenarios.")
  var seed: UInt64 = 1

  @Option(help: "Only scenarios whose name holds this.")
  var only = ""

  func run() throws {
    let all = (Scenario.unprivileged + Scenario.privileged).filter { only.isEmpty || $0.name.contains(only) }
    let scenarios = all.filter(\.isPossible)
    for scenario in all where !scenario.isPossible {
      print("left out: \(scenario.name), which needs \(scenario.needs)")
    }
    guard !scenarios.isEmpty else { throw ValidationError("no scenario is possible here.") }
    var random = SeededGenerator(seed: seed)
    let end = ContinuousClock.now + .seconds(minutes * 60)
    var runs = 0
    var failures = 0
    while ContinuousClock.now < end {
      let scenario = scenarios.randomElement(using: &random)!
      let number = random.next()
      let steps = Int.random(in: 100...600, using: &random)
      let start = ContinuousClock.now
      runs += 1
      do {
        let notes = try scenario.run(seed: number, steps: steps)
        print("\(runs) passed: \(scenario.name), \(steps) steps, \(ContinuousClock.now - start), \(notes.count) deaths")
      } catch {
        failures += 1
        print("\(runs) FAILED: \(scenario.name), seed \(number), \(steps) steps: \(error)")
      }
      fflush(nil)
    }
    print("\(runs - failures) passed, \(failures) failed")
    if failures > 0 { throw ExitCode.failure }
  }
}
