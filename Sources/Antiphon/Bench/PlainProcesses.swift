import Foundation

/// As many processes as a benchmark has, which exchange as many bytes over ZeroMQ alone.
final class PlainProcesses {
  private let servers: [PhaseProcess]
  private let workers: [PhaseProcess]

  init(
    _ setting: BenchmarkSetting, modelBytes: Int, logs: String, interrupting: () throws -> Void
  ) throws {
    let bytes = "\((modelBytes + setting.servers - 1) / setting.servers)"
    servers = try (0..<setting.servers).map { index in
      let endpoint =
        switch setting.transport {
        case .tcp: "tcp://127.0.0.1:*"
        case .ipc: "ipc://@antiphon-plain-\(getpid())-\(index)"
        }
      return try PhaseProcess(
        "plain server \(index)", ["bench", "plain-server", "--listen", endpoint, "--bytes", bytes],
        log: "\(logs)/plain-server-\(index).log")
    }
    let endpoints = try servers.hear(String.self, interrupting: interrupting).joined(separator: ",")
    workers = try (0..<setting.workers).map { index in
      try PhaseProcess(
        "plain worker \(index)", ["bench", "plain-worker", "--servers", endpoints, "--bytes", bytes],
        log: "\(logs)/plain-worker-\(index).log")
    }
    _ = try workers.hear(String.self, interrupting: interrupting)
  }

  /// Has every worker do some steps.
  func perform(_ work: BenchmarkSetting.Work, steps: Int, interrupting: () throws -> Void) throws -> [PhaseReport] {
    try workers.perform("\(work.rawValue) \(steps)", interrupting: interrupting)
  }

  func kill() {
    for process in servers + workers { process.kill() }
  }
}
