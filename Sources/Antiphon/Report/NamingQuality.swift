import Datasets
import Evaluation
import Tensors

/// How well the labels of a dataset are named, counted from the scores of its clips.
struct NamingQuality {
  private static let mostInMap = 30

  let result: EvaluationResult
  /// The share of the training clips that have each label, or of the scored ones where none are for training.
  let priors: [Double]
  /// Those of each label; `nil` where it cannot be scored.
  let curves: [ClassificationCurves?]
  /// The worst first.
  let confusions: [Confusion]
  /// The labels of the map of confusions, ascending: all, or those that are confused most.
  let mapLabels: [Int]
  /// `[there, heard]`, of those labels.
  let excessScores: [[Double?]]

  var report: EvaluationReport { result.report }

  init(_ result: EvaluationResult, _ scores: ReportScores, _ dataset: Dataset, threads: Int) {
    self.result = result
    let train = dataset.description.splits[.train].flatMap { $0.clips > 0 ? $0 : nil }
    priors = result.report.perClass.map { row in
      train.map { Double($0.clipsPerLabel[row.index]) / Double($0.clips) }
        ?? Double(row.positives) / Double(result.report.clips)
    }
    let clips = scores.clips
    (curves, confusions, mapLabels, excessScores) = ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
      let confusions = clips.confusions()
      let labels = Self.labels(of: confusions, classes: clips.classes)
      return (clips.curves(intervals: 100), confusions, labels, clips.excessScores(of: labels))
    }
  }

  /// The labels that can be scored, by their average precision, the best first.
  var ranked: [ClassEvaluation] {
    report.perClass.filter { $0.averagePrecision != nil }
      .sorted { ($1.averagePrecision!, $0.index) < ($0.averagePrecision!, $1.index) }
  }

  /// The best and the worst of them, at most so many of each; no label is of both.
  func ends(_ most: Int) -> (best: [ClassEvaluation], worst: [ClassEvaluation]) {
    let ranked = ranked
    let best = min(most, (ranked.count + 1) / 2)
    return (Array(ranked[..<best]), ranked[best...].suffix(most).reversed())
  }

  private static func labels(of confusions: [Confusion], classes: Int) -> [Int] {
    guard classes > mostInMap else { return Array(0..<classes) }
    var labels: Set<Int> = []
    for pair in confusions where labels.union([pair.label, pair.heard]).count <= mostInMap {
      labels.formUnion([pair.label, pair.heard])
    }
    return labels.sorted()
  }
}
