/// The metrics of one class, by their definitions: each pair of clips, and each distinct score.
struct PlainMetrics {
  let auc: Double?
  let averagePrecision: Double?

  init(_ clips: [(score: Float, isPositive: Bool)]) {
    let positives = clips.filter(\.isPositive).map(\.score)
    let negatives = clips.filter { !$0.isPositive }.map(\.score)
    guard !positives.isEmpty, !negatives.isEmpty else {
      (auc, averagePrecision) = (nil, nil)
      return
    }
    var halves = 0
    for positive in positives {
      for negative in negatives { halves += positive > negative ? 2 : positive == negative ? 1 : 0 }
    }
    auc = Double(halves) / Double(2 * positives.count * negatives.count)

    var recall = 0.0
    var area = 0.0
    for threshold in Set(positives).sorted(by: >) {
      let found = Double(positives.count { $0 >= threshold })
      let precision = found / (found + Double(negatives.count { $0 >= threshold }))
      area += (found / Double(positives.count) - recall) * precision
      recall = found / Double(positives.count)
    }
    averagePrecision = area
  }
}
