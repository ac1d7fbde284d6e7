import Telemetry
import Testing

@Suite struct `A thinned curve` {
  @Test(arguments: [2, 3, 10, 100], [1, 9, 10, 1000])
  func `has few points, from the first on, evenly`(most: Int, count: Int) {
    var curve = ThinnedCurve<Int>(most: most, step: \.self)
    for step in 0..<count {
      let before = curve.points
      switch curve.add(step) {
      case .none: #expect(curve.points == before)
      case .added: #expect(curve.points == before + [step])
      case .thinned: #expect(Set(curve.points).isSubset(of: before + [step]))
      }
      #expect(curve.points.count <= most)
    }
    #expect(curve.points.first == 0)
    #expect(curve.points.count >= min(count, most / 2))
    let gaps = Set(zip(curve.points, curve.points.dropFirst()).map { $1 - $0 })
    #expect(gaps.count <= 1, "\(curve.points)")
  }

  @Test func `gives up what lies behind a step to which the run has gone back`() {
    var curve = ThinnedCurve<(step: Int, loss: Double)>(most: 10, step: \.step)
    for step in [1, 2, 3, 4, 5] { #expect(curve.add((step, 1)) == .added) }
    #expect(curve.add((3, 2)) == .added)
    #expect(curve.points.map(\.step) == [1, 2, 3] && curve.points.last?.loss == 2)
    #expect(curve.add((3, 4)) == .added && curve.points.last?.loss == 4, "a run that stands still has one point there")
  }
}
