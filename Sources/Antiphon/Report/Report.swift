import ArgumentParser
import Checkpoints
import Clusters
import Datasets
import Evaluation
import Figures
import Foundation

struct Report: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Tells all about a run on one page: what it cost, its curves, and how well it names which sounds.",
    discussion: """
      Scores the newest good checkpoint of the run as 'evaluate' does, and writes one HTML file that needs nothing else: no \
      network, no scripts. It has the configuration and the cost, the curves of the training, precision-recall and ROC \
      curves, the labels that are named best and worst, their frequency beside d-prime (Figure 1 of the paper), which \
      labels are heard for which others, and the spectrograms of the clips that are named worst.

      Example: antiphon report runs/first --balanced 33
      """)

  @OptionGroup var scoring: ScoringOptions

  @Option(help: .init("The file of the page (default: report.html in the run's folder).", valueName: "file"))
  var into: String?

  @Option(help: .init("A folder for the figures, each as an SVG file too.", valueName: "folder"))
  var figures: String?

  @OptionGroup var output: OutputOptions

  func run() throws {
    try reportingErrors {
      let folder = try RunFolder(opening: scoring.runFolder)
      let file = into ?? "\(folder.path)/report.html"
      try Self.demandPlace(for: file)
      let history = try RunHistory(folder)
      let scorer = try scoring.scorer(of: folder, for: Self.fullName)
      let scores = try scoring.score(scorer, into: ReportScores(classes: scorer.dataset.description.classes)) {
        try $0.add($1)
      }
      let report = try scorer.report(of: scores.clips, threads: scoring.threads)
      let result = EvaluationResult(report, of: scorer, scoring.split, balanced: scoring.balanced)
      let quality = NamingQuality(result, scores, scorer.dataset, threads: scoring.threads)
      let hardest = try HardClip.all(of: scores, in: scorer.dataset, scoring.split)
      let page = ReportPage(history: history, quality: quality, hardest: hardest)
      try Self.write(page.html, to: file)
      if let figures { try Self.write(page.figures, into: figures) }
      let written = WrittenReport(result, file: file, bytes: page.html.utf8.count, figures: figures)
      try output.show(written, written.lines)
    }
  }

  /// Refuses, before the clips are scored, to write where nothing can be written.
  private static func demandPlace(for file: String) throws {
    let folder = URL(filePath: file).deletingLastPathComponent().path
    guard FileManager.default.isWritableFile(atPath: folder) else {
      throw ClusterError("expected a folder that can be written to for \(file), \(folder) is none")
    }
  }

  private static func write(_ figures: [NamedFigure], into folder: String) throws {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch { throw ClusterError("cannot make the folder \(folder): \(error.localizedDescription)") }
    for figure in figures { try write(figure.figure.file(style: ReportPage.theme), to: "\(folder)/\(figure.name).svg") }
  }

  private static func write(_ text: String, to file: String) throws {
    do {
      try Data(text.utf8).write(to: URL(filePath: file), options: .atomic)
    } catch { throw ClusterError("cannot write \(file): \(error.localizedDescription)") }
  }
}

/// What was written, and what it says in short.
struct WrittenReport: Encodable {
  private let result: EvaluationResult
  private let file: String
  private let bytes: Int
  private let figures: String?

  init(_ result: EvaluationResult, file: String, bytes: Int, figures: String?) {
    self.result = result
    self.file = file
    self.bytes = bytes
    self.figures = figures
  }

  var lines: [String] {
    let report = result.report
    let numbers = "mAP \(report.meanAveragePrecision.metric), AUC \(report.auc.metric), d-prime \(report.dPrime.metric)"
    let files = ["\(file): \((bytes + 1023) / 1024) KiB", figures.map { "\($0): the figures" }]
    return [result.title, numbers] + files.compactMap(\.self)
  }

  private enum CodingKeys: CodingKey {
    case file, bytes, figures
  }

  /// The result's own keys, and these beside them.
  func encode(to encoder: any Encoder) throws {
    try result.encode(to: encoder)
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(file, forKey: .file)
    try container.encode(bytes, forKey: .bytes)
    try container.encode(figures, forKey: .figures)
  }
}
