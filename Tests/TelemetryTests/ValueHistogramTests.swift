import Telemetry
import Tensors
import Testing

@Suite struct `A histogram of values` {
  private func histogram(_ values: [Float]) -> ValueHistogram {
    var histogram = ValueHistogram()
    histogram.add(values.span)
    return histogram
  }

  @Test func `has every finite value in the one bucket whose limits enclose it`() {
    var generator = SeededGenerator(seed: 3)
    let special: [Float] = [0, -0.0, 1, -1, 0.125, -0.125, .leastNonzeroMagnitude, .greatestFiniteMagnitude]
    let values = generator.normal(5000, deviation: 1).map { $0 * $0 * $0 } + special + special.map { -$0 }
    let buckets = histogram(values + [.nan, .infinity, -.infinity]).buckets
    #expect(zip(buckets, buckets.dropFirst()).allSatisfy { $0.limit < $1.limit })
    var below = -Double.infinity
    for bucket in buckets {
      let expected = values.count { Double($0) > below && Double($0) <= bucket.limit }
      #expect(bucket.count == expected, "up to \(bucket.limit)")
      below = bucket.limit
    }
    #expect(buckets.reduce(0) { $0 + $1.count } == values.count)
    #expect(buckets.last?.limit ?? 0 >= Double(values.max()!))
  }

  @Test func `tells values apart that differ by an eighth of their size`() {
    for value in [1e-20, 0.003, 1, 77, 1e20] as [Float] {
      #expect(histogram([value, value * 1.13, -value, value * -1.13]).buckets.count { $0.count == 1 } == 4)
    }
  }

  @Test func `knows its sums and its ends`() {
    var some = histogram([1, -2, 4, .nan])
    some.add(3, times: 2)
    #expect(some.count == 5 && some.least == -2 && some.largest == 4 && some.sum == 9 && some.sumOfSquares == 39)
  }

  @Test func `takes every third value where that is asked for`() {
    var some = ValueHistogram()
    some.add([1, 2, 3, 4, 5, 6, 7].span, every: 3)
    #expect(some == histogram([1, 4, 7]))
  }

  @Test func `of nothing has no buckets`() { #expect(histogram([]).buckets.isEmpty) }
}
