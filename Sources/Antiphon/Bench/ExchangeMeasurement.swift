import Foundation
import Parameters
import Planning

/// What pushes that are answered with new weights cost servers and workers on this machine: of a model that is one small
/// message, and of one of many large ones, since a message costs something, and so does each of its bytes.
struct ExchangeMeasurement {
  let costs: ExchangeCosts

  /// - Parameters:
  ///   - servers: For the large messages; the small ones all go to one.
  ///   - interrupting: Throws once the measurement is to end.
  init(servers: Int, workers: Int, interrupting: @escaping () throws -> Void) throws {
    let small = try Self.measure(1, workers, modelBytes: 4 * Self.leastBytes, steps: 3000 / workers, interrupting)
    let large = try Self.measure(servers, workers, modelBytes: 32_000_000, steps: 60 / workers, interrupting)
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
    _ servers: Int, _ workers: Int, modelBytes: Int, steps: Int, _ interrupting: @escaping () throws -> Void
  ) throws -> Usage {
    let setting = BenchmarkSetting(
      servers: servers, lanes: 1, replicas: 0, workers: workers, modelBytes: modelBytes, transport: .tcp,
      optimizer: try OptimizerSetting(parsing: "adam"), computeSeconds: 0, steps: steps, rounds: 1)
    let path = FileManager.default.temporaryDirectory.appending(path: "antiphon-bench-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let run = try BenchmarkedRun(setting, in: path, interrupting: interrupting)
    defer { run.kill() }
    _ = try run.perform(.pushPull, steps: max(1, steps / 10))
    try run.check()
    let before = try run.usage()
    let threads = try run.serverThreads()
    let seconds = try run.perform(.pushPull, steps: steps).seconds
    let after = try run.usage()
    let pushes = Double(workers * steps)
    let messages = run.messages.map { Double($0) * pushes }
    let all = messages.reduce(0, +)
    let server = after.servers.cpuSeconds - before.servers.cpuSeconds
    return Usage(
      bytes: Double(run.modelBytes) * pushes / all,
      laneSeconds: try run.serverThreads().busiestSeconds(since: threads) / messages[0], serverSeconds: server / all,
      workerSeconds: (after.all.cpuSeconds - before.all.cpuSeconds - server) / all,
      wallSeconds: seconds * Double(workers) / all)
  }
}
