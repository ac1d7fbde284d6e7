import Foundation
import Telemetry
import Transport

/// All that is measured of one setting.
struct ServersMeasurement {
  private let setting: BenchmarkSetting
  private let run: BenchmarkedRun
  /// Where nothing is computed.
  private let plain: PlainProcesses?
  private let interrupting: () throws -> Void

  init(_ setting: BenchmarkSetting, in path: String, interrupting: @escaping () throws -> Void) throws {
    self.setting = setting
    self.interrupting = interrupting
    let run = try BenchmarkedRun(setting, in: path, interrupting: interrupting)
    self.run = run
    guard setting.computeSeconds == 0 else {
      plain = nil
      return
    }
    do {
      plain = try PlainProcesses(
        setting, modelBytes: run.modelBytes, logs: run.logs, interrupting: interrupting)
    } catch {
      run.kill()
      throw error
    }
  }

  func kill() {
    run.kill()
    plain?.kill()
  }

  /// - Parameter showing: Is told how many phases are done, and how many there are.
  func cases(showing progress: (Int, Int) -> Void) throws -> [ServersCase] {
    var cases: [ServersCase] = []
    let works: [BenchmarkSetting.Work] = plain == nil ? [] : [.pull, .pushPull]
    let phases = works.count * setting.rounds + 2
    var done = 0
    func show() {
      progress(done, phases)
      done += 1
    }
    show()
    for work in [BenchmarkSetting.Work.pull, .pushPull] { _ = try run.perform(work, steps: 1) }
    for work in works { _ = try plain?.perform(work, steps: 1, interrupting: interrupting) }
    try run.check()  // correct before it is timed
    var ours: [BenchmarkSetting.Work: [Double]] = [:]
    var others: [BenchmarkSetting.Work: [Double]] = [:]
    for _ in 0..<setting.rounds {
      for work in works {
        show()
        ours[work, default: []].append(try run.perform(work, steps: setting.steps).seconds)
        let seconds = try plain?.perform(work, steps: setting.steps, interrupting: interrupting).seconds
        others[work, default: []].append(seconds ?? 0)
      }
    }
    for work in works {
      let peak = try run.usage().servers.peakBytes
      cases.append(exchange(work, ours: ours[work] ?? [], plain: others[work] ?? [], peakBytes: peak))
    }
    show()
    cases.append(try epoch())
    try run.check()
    show()
    return cases
  }

  private func exchange(
    _ work: BenchmarkSetting.Work, ours: [Double], plain: [Double], peakBytes: Int
  ) -> ServersCase {
    let bytes = Double(setting.bytes(of: work, model: run.modelBytes))
    let steps = Double(setting.steps)
    var result = ServersCase(work, setting, peakBytes: peakBytes)
    result.seconds = ours.median / steps
    result.bytesPerSecond = bytes * steps / ours.median
    result.plainBytesPerSecond = bytes * steps / plain.median
    result.ratioToPlain = zip(ours, plain).map { $1 / $0 }.median
    return result
  }

  /// An epoch of leases, in which every lease is read once.
  private func epoch() throws -> ServersCase {
    let before = try run.usage()
    let reports = try run.perform(.train, steps: setting.steps)
    let after = try run.usage()
    let done = reports.reduce(0) { $0 + $1.steps }
    guard done == setting.workers * setting.steps else {
      throw BenchmarkError("expected an epoch of \(setting.workers * setting.steps) leases, \(done) were read")
    }
    let seconds = reports.seconds
    var result = ServersCase(.train, setting, peakBytes: after.servers.peakBytes)
    result.seconds = seconds * Double(setting.workers) / Double(done)
    result.bytesPerSecond = Double(setting.bytes(of: .train, model: run.modelBytes)) / result.seconds
    result.stepsPerSecond = Double(done) / seconds
    result.stalenessMean = try run.status().stalenessMean
    result.cores = (after.all.cpuSeconds - before.all.cpuSeconds) / seconds
    return result
  }
}

extension [Double] {
  /// The middle one, or the mean of the two in the middle; there is at least one.
  var median: Double {
    let sorted = sorted()
    return (sorted[(count - 1) / 2] + sorted[count / 2]) / 2
  }
}
