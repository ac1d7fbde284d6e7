import Foundation

/// How fast a run trains while its servers write checkpoints, beside how fast without, in turn.
struct CheckpointsMeasurement {
  private struct Phase {
    var stepsPerSecond: Double
    var cores: Double
  }

  private let setting: BenchmarkSetting
  private let run: BenchmarkedRun

  init(_ setting: BenchmarkSetting, in path: String, interrupting: @escaping () throws -> Void) throws {
    self.setting = setting
    run = try BenchmarkedRun(setting, in: path, interrupting: interrupting)
  }

  func kill() { run.kill() }

  /// - Parameter progress: Is told how many phases are done, and how many there are.
  func result(showing progress: (Int, Int) -> Void) throws -> CheckpointsCase {
    let phases = 2 * setting.rounds + 1
    progress(0, phases)
    _ = try run.perform(.pull, steps: 1)
    _ = try run.whileSaving { _ = try run.perform(.computePushPull, steps: 1) }
    try run.check()  // correct before it is timed
    var (without, with, seconds): ([Phase], [Phase], [Double]) = ([], [], [])
    for round in 0..<setting.rounds {
      progress(2 * round + 1, phases)
      without.append(try phase())
      progress(2 * round + 2, phases)
      seconds += try run.whileSaving { with.append(try phase()) }
    }
    try run.check()
    return try summary(without, with, seconds)
  }

  private func phase() throws -> Phase {
    let before = try run.usage().all.cpuSeconds
    let reports = try run.perform(.computePushPull, steps: setting.steps)
    let cpuSeconds = try run.usage().all.cpuSeconds - before
    let steps = reports.reduce(0) { $0 + $1.steps }
    return Phase(stepsPerSecond: Double(steps) / reports.seconds, cores: cpuSeconds / reports.seconds)
  }

  private func summary(_ without: [Phase], _ with: [Phase], _ seconds: [Double]) throws -> CheckpointsCase {
    let ratios = zip(with, without).map { $0.stepsPerSecond / $1.stepsPerSecond }
    // Adam, as `CheckpointsBenchmark` sets it, keeps two values beside each weight.
    let shardBytes = run.modelBytes * 3 / setting.servers
    return CheckpointsCase(
      case: "checkpoint-\(setting.servers)x\(setting.workers)-\((shardBytes + 500_000) / 1_000_000)mb",
      servers: setting.servers,
      workers: setting.workers, computeSeconds: setting.computeSeconds, shardBytes: shardBytes,
      stepsPerSecond: without.map(\.stepsPerSecond).median,
      stepsPerSecondWhileSaving: with.map(\.stepsPerSecond).median,
      ratio: ratios.median, checkpointSeconds: seconds.median,
      bytesPerSecond: Double(shardBytes * setting.servers) / seconds.median, cores: without.map(\.cores).median,
      coresWhileSaving: with.map(\.cores).median, peakBytes: try run.usage().servers.peakBytes)
  }
}
