import Figures
import Testing

@Suite struct `A scale` {
  static let scales = [
    Scale(.linear, 0...1, from: 46, to: 466), Scale(.linear, -3...1200, from: 232, to: 26),
    Scale(.logarithmic, 1e-5...1, from: 46, to: 466), Scale(.logarithmic, 0.02...0.5, from: 232, to: 26),
  ]

  @Test(arguments: scales) func `gives back the value of each pixel`(_ scale: Scale) {
    for share in stride(from: 0.0, through: 1, by: 0.05) {
      let pixel = scale.start + (scale.end - scale.start) * share
      #expect(abs(scale.pixel(of: scale.value(at: pixel)) - pixel) < 1e-9)
    }
    #expect(scale.pixel(of: scale.values.lowerBound) == scale.start)
    #expect(abs(scale.pixel(of: scale.values.upperBound) - scale.end) < 1e-9)
  }

  @Test func `has equal distances for equal differences, or ratios`() {
    let linear = Scale(.linear, 0...10, from: 0, to: 100)
    #expect(linear.pixel(of: 7) - linear.pixel(of: 4) == linear.pixel(of: 3) - linear.pixel(of: 0))
    let logarithmic = Scale(.logarithmic, 1...1000, from: 0, to: 300)
    #expect(abs(logarithmic.pixel(of: 100) - 200) < 1e-9)
  }
}

@Suite struct `An axis` {
  @Test(
    arguments: [
      [], [0], [5], [-2], [0, 1], [0.331, 0.693], [-1, 2.5], [13_184, 384_000], [1e-9, 3e-9], [-0.03, -0.01],
      [.nan, 3],
    ] as [[Double]])
  func `covers its values, with a few round marks`(_ values: [Double]) {
    let axis = Axis("value", covering: values)
    #expect(values.filter(\.isFinite).allSatisfy(axis.values.contains))
    #expect((2...7).contains(axis.marks.count) && axis.marks == axis.marks.sorted())
    #expect(axis.marks.allSatisfy { abs($0 - (Double($0.inThreeDigits) ?? $0)) < 1e-12 }, "\(axis.marks)")
    let along = Axis("step", along: values)
    #expect(along.marks.allSatisfy(along.values.contains))
    #expect(values.filter(\.isFinite).allSatisfy(along.values.contains))
  }

  @Test(arguments: [[], [0, 0.1], [1e-5, 0.7], [0.06, 0.21], [0.1], [3, 4000]] as [[Double]])
  func `of powers covers what is above 0`(_ values: [Double]) {
    let axis = Axis("prior", logarithmicCovering: values)
    #expect(axis.kind == .logarithmic && axis.values.lowerBound > 0)
    #expect(values.allSatisfy { $0 == 0 || axis.values.contains($0) })
    #expect((2...8).contains(axis.marks.count), "\(axis.marks)")
  }
}

@Suite struct `A number in three digits` {
  @Test(
    arguments: [
      (0, "0"), (1, "1"), (0.5, "0.5"), (1234, "1.23k"), (999.7, "1k"), (384_000, "384k"), (2.5e7, "25M"),
      (-0.04567, "-0.0457"), (0.00012, "1.2e-4"), (-3e-9, "-3e-9"), (1e9, "1G"),
    ])
  func `is short`(value: Double, text: String) { #expect(value.inThreeDigits == text) }
}
