import Foundation
import Parameters
import Planning

/// What pushes that are answered with new weights cost a server and a worker on this machine: of a model that is one small
/// message, and of one of many large ones, since a message costs something, and so does each of its bytes.
struct ExchangeMeasurement {
  let costs: ExchangeCosts

  /// - Parameter interrupting: Throws once the measurement is to end.
  init(interrupting: @escaping () throws -> Void) throws {
    let small = try Self.measure(modelBytes: 4 * Self.leastBytes, steps: 4000, interrupting)
    let large = try Self.measure(modelBytes: 32_000_000, steps: 60, interrupting)
    func cost(_ seconds: KeyPath<Usage, Double>) -> ExchangeCosts.Cost {
      let perByte = max(
        0, (large[keyPath: seconds] - small[keyPath: seconds]) / (large.bytes - small.bytes))
      return ExchangeCosts.Cost(
        secondsPerMessage: max(0, small[keyPath: seconds] - perByte * small.bytes), secondsPerByte: perByte)
    }
    let lane = cost(\.laneSeconds)
    let worker = cost(\.workerSeconds)
    costs = ExchangeCosts(
      lane: lane, server: cost(\.serverSeconds), worker: worker,
      localRoundTripSeconds: max(0, small.wallSeconds - lane.seconds(small.bytes) - worker.seconds(small.bytes)))
  }

  /// What one message took.
  private struct Usage {
    let bytes: Double
    let laneSeconds: Double
    let serverSeconds: Double
    let workerSeconds: Double
    let wallSeconds: Double
  }

  /// A hidden layer of one unit.
  private static let leastBytes = 96 * 64

  private static func measure(
    modelBytes: Int, steps: Int, _ interrupting: @escaping () throws -> Void
  ) throws -> Usage {
    let setting = BenchmarkSetting(
      servers: 1, lanes: 1, replicas: 0, workers: 1, modelBytes: modelBytes, transport: .tcp,
      optimizer: try OptimizerSetting(parsing: "adam"),
      computeSeconds: 0, steps: steps, rounds: 1)
    let path = FileManager.default.temporaryDirectory.appending(path: "antiphon-bench-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let run = try BenchmarkedRun(setting, in: path, interrupting: interrupting)
    defer { run.kill() }
    _ = try run.perform(.pushPull, steps: max(1, steps / 10))
    try run.check()
    let before = try run.usage()
    let thread = try run.serverThreads()
    let seconds = try run.perform(.pushPull, steps: steps).seconds
    let after = try run.usage()
    let messages = Double(run.messagesPerStep * steps)
    let server = after.servers.cpuSeconds - before.servers.cpuSeconds
    return Usage(
      bytes: Double(run.modelBytes * steps) / messages,
      laneSeconds: try run.serverThreads().busiestSeconds(since: thread) / messages, serverSeconds: server / messages,
      workerSeconds: (after.all.cpuSeconds - before.all.cpuSeconds - server) / messages, wallSeconds: seconds / messages
    )
  }
}
