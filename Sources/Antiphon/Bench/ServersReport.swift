import Foundation
import Tensors

/// What `antiphon bench servers` prints.
struct ServersReport: Encodable {
  let benchmark = "servers"
  let cases: [ServersCase]

  init(cases: [ServersCase]) { self.cases = cases }

  /// The same for people.
  var lines: [String] {
    let exchanges = cases.filter { $0.work != BenchmarkSetting.Work.train.rawValue }
    let epochs = cases.filter { $0.work == BenchmarkSetting.Work.train.rawValue }
    var lines: [String] = []
    if let first = cases.first {
      lines.append("\(first.megabytes) MB, \(first.servers) servers, \(first.optimizer), \(first.transport)")
    }
    if !exchanges.isEmpty {
      let heading = ["", "workers", "ms a step", "GB/s", "plain ZeroMQ", "share"]
      lines += TextTable(words: 1, rows: [heading] + exchanges.map(cells)).lines + [""]
    }
    var heading = ["", "workers", "steps/s", "GB/s", "staleness", "cores of \(AvailableCores().count)"]
    if epochs.count > 1 { heading += ["linear", "share"] }
    return lines + TextTable(words: 1, rows: [heading] + epochs.map { cells($0, among: epochs) }).lines
  }

  private func cells(_ result: ServersCase) -> [String] {
    [
      result.work, "\(result.workers)", number(result.seconds * 1000, 1), number(result.bytesPerSecond / 1e9, 2),
      number((result.plainBytesPerSecond ?? 0) / 1e9, 2), percent(result.ratioToPlain ?? 0),
    ]
  }

  /// - Parameter epochs: Of which the first is that by which the others are held.
  private func cells(_ result: ServersCase, among epochs: [ServersCase]) -> [String] {
    let speed = result.stepsPerSecond ?? 0
    let cells = [
      result.work, "\(result.workers)", number(speed, 2), number(result.bytesPerSecond / 1e9, 2),
      number(result.stalenessMean ?? 0, 1), number(result.cores ?? 0, 2),
    ]
    guard epochs.count > 1 else { return cells }
    let linear = (epochs[0].stepsPerSecond ?? 0) * Double(result.workers) / Double(epochs[0].workers)
    return cells + [number(linear, 2), percent(speed / linear)]
  }

  private func number(_ value: Double, _ digits: Int) -> String { value.formatted(decimals: digits) }
  private func percent(_ share: Double) -> String { "\(Int((share * 100).rounded())) %" }
}
