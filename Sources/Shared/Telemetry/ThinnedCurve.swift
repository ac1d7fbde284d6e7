/// The points of a curve that may become very long: where they are more than some number, every second one goes.
public struct ThinnedCurve<Point> {
  public enum Change: Equatable, Sendable {
    /// The point was left out.
    case none
    /// It is the last one now. Those that lay at its step or behind went: the run has gone back, or stands.
    case added
    /// It is there, and every second one is not any more.
    case thinned
  }

  private let most: Int
  private let step: (Point) -> Int
  private var stride = 1
  private var skipped = 0
  public private(set) var points: [Point] = []

  /// - Parameters:
  ///   - most: Points that are kept at most; at least 2.
  ///   - step: Where a point lies.
  public init(most: Int, step: @escaping (Point) -> Int) {
    precondition(most >= 2, "a curve has points")
    self.most = most
    self.step = step
  }

  public mutating func add(_ point: Point) -> Change {
    let before = points.count
    while let last = points.last, step(last) >= step(point) { points.removeLast() }
    skipped += 1
    guard points.count < before || skipped >= stride else { return .none }
    skipped = 0
    points.append(point)
    guard points.count > most else { return .added }
    if points.count % 2 == 0 { skipped = stride }  // this point goes too
    points = points.indices.filter { $0 % 2 == 0 }.map { points[$0] }
    stride *= 2
    return .thinned
  }
}
