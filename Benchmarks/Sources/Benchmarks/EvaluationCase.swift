import ArgumentParser
import Evaluation
import Foundation
import Tensors

/// One round of `evaluation`, in the process that was started for it: random clips are added and evaluated.
struct EvaluationCase: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "evaluation-case", shouldDisplay: false)

  @Option var clips: Int
  @Option var classes: Int
  @Option var threads = CommaList(1)
  @Option var seed: UInt64 = 1
  /// Where the clips go as well, for others: `scores` and `labels`, both `[clips, classes]`.
  @Option var into: String?

  private struct Result: Encodable {
    let addingSeconds: Double
    /// By number of threads.
    let reportSeconds: [String: Double]
    let peakBytes: Int
    let auc: [Double?]
    let averagePrecision: [Double?]

    enum CodingKeys: String, CodingKey {
      case addingSeconds = "adding_seconds"
      case reportSeconds = "report_seconds"
      case peakBytes = "peak_bytes"
      case auc
      case averagePrecision = "average_precision"
    }
  }

  func run() throws {
    CaseProcess.followParent()
    let files = try into.map { folder in try ["scores", "labels"].map { try Self.newFile("\(folder)/\($0)") } }
    var random = RandomClips(classes: classes, seed: seed)
    var scored = ScoredClips(classes: classes)
    let clock = ContinuousClock()
    var adding = Duration.zero
    for _ in 0..<clips {
      random.advance()
      adding += try clock.measure { try scored.add(scores: random.scores, labels: random.labels) }
      if let files { try random.write(scores: files[0], labels: files[1]) }
    }
    let names = (0..<classes).map { "class \($0)" }
    var reports: [EvaluationReport] = []
    var seconds: [String: Double] = [:]
    for count in threads.elements {
      let duration = try ThreadPool.$current.withValue(ThreadPool(threads: count)) {
        try clock.measure { reports.append(try EvaluationReport(scored, names: names)) }
      }
      seconds["\(count)"] = duration / .seconds(1)
    }
    guard reports.allSatisfy({ $0 == reports[0] }) else {
      throw BenchmarkError("expected the same report from any number of threads, and they differ")
    }
    try CaseProcess.tell(
      Result(
        addingSeconds: adding / .seconds(1), reportSeconds: seconds, peakBytes: try PeakMemory.bytes(),
        auc: reports[0].perClass.map(\.auc), averagePrecision: reports[0].perClass.map(\.averagePrecision)))
  }

  private static func newFile(_ path: String) throws -> FileHandle {
    guard FileManager.default.createFile(atPath: path, contents: nil), let file = FileHandle(forWritingAtPath: path)
    else { throw BenchmarkError("expected to write '\(path)', and cannot") }
    return file
  }
}
