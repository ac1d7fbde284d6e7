/// What evaluators found of a run, and which checkpoint is the best: a plain value.
public struct ValidationHistory: Equatable, Sendable {
  public private(set) var last: ValidationResult?
  /// The one of the highest mAP, the first of equals; `nil` while none has a mAP.
  public private(set) var best: ValidationResult?
  /// How many came after the best one, since the run began or went on.
  public private(set) var countSinceBest = 0

  /// - Parameters:
  ///   - results: In any order.
  ///   - step: The run goes on from here: what was found of later steps is of a past that is given up.
  public init(_ results: [ValidationResult] = [], upTo step: Int = .max) {
    for result in results.sorted(by: { $0.step < $1.step }) where result.step <= step { add(result) }
    countSinceBest = 0
  }

  /// Takes a result, unless there is one of that step or a later one.
  ///
  /// - Returns: Whether it was taken.
  @discardableResult public mutating func add(_ result: ValidationResult) -> Bool {
    guard result.step > last?.step ?? -1 else { return false }
    last = result
    if let map = result.map, map > best?.map ?? -1 {
      best = result
      countSinceBest = 0
    } else {
      countSinceBest += 1
    }
    return true
  }
}
