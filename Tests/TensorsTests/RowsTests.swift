import Tensors
import Testing

@Suite struct `Rows of channels` {
  /// Rows and channels; the last ones are cut into several blocks.
  static let shapes = [[1, 1], [3, 17], [2, 3, 5, 4], [40_001, 1], [2003, 33], [5, 4099]]

  @Test(arguments: shapes, [1, 3])
  func `have sums, means and variances`(shape: [Int], threads: Int) {
    let x = Tensor.random(shape, seed: 1)
    let channels = shape.last!
    let rows = x.count / channels
    let values = x.doubles
    let sums = (0..<channels).map { c in (0..<rows).reduce(0) { $0 + values[$1 * channels + c] } }
    let means = sums.map { $0 / Double(rows) }
    let variances = (0..<channels).map { c in
      (0..<rows).reduce(0) { sum, row in
        let deviation = values[row * channels + c] - means[c]
        return sum + deviation * deviation
      } / Double(rows)
    }
    ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
      var sum = Tensor.random([channels], seed: 9)
      sum.sumRows(of: x)
      #expect(sum.error(against: sums) < 1e-5)
      let moments = x.moments()
      #expect(moments.mean.array.count == channels)
      #expect(moments.mean.error(against: means) < 1e-5)
      #expect(moments.variance.error(against: variances) < 1e-5)
    }
  }

  @Test func `far from zero have a variance that does not cancel`() {
    let rows = 1001
    let x = Tensor([rows, 1], values: (0..<rows).map { 1000 + Float($0 % 2) / 4 })
    let part = 500.0 / 1001
    #expect(abs(Double(x.moments().variance.array[0]) - part * (1 - part) / 16) < 1e-5)
  }

  @Test(arguments: shapes, [1, 3])
  func `are added, scaled and rectified one by one`(shape: [Int], threads: Int) {
    let (x, y) = (Tensor.random(shape, seed: 1), Tensor.random(shape, seed: 2))
    let channels = shape.last!
    let (factor, offset) = (Tensor.random([channels], seed: 3), Tensor.random([channels], seed: 4))
    let (xs, ys, factors, offsets) = (x.doubles, y.doubles, factor.doubles, offset.doubles)
    ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
      var sum = x
      sum.add(y)
      #expect(sum.error(against: zip(xs, ys).map(+)) < 1e-6)
      var shifted = x
      shifted.addToRows(offset)
      #expect(shifted.error(against: xs.indices.map { xs[$0] + offsets[$0 % channels] }) < 1e-6)
      let scaled = x.scaledAndShifted(by: factor, offset)
      #expect(scaled.shape == shape)
      #expect(
        scaled.error(against: xs.indices.map { xs[$0] * factors[$0 % channels] + offsets[$0 % channels] }) < 1e-6)
      var rectified = x
      rectified.rectify()
      #expect(rectified.doubles == xs.map { max($0, 0) })
      var gradient = y
      gradient.rectifyBackward(output: rectified)
      #expect(gradient.doubles == xs.indices.map { xs[$0] > 0 ? ys[$0] : 0 })
    }
  }

  @Test(arguments: [[40_001, 1], [2003, 33], [5, 4099]])
  func `give the same sums to the last bit on any number of threads`(shape: [Int]) {
    let x = Tensor.random(shape, seed: 1)
    let results = [1, 2, 3].map { threads in
      ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
        let moments = x.moments()
        return [moments.mean.bits, moments.variance.bits]
      }
    }
    let isSame = results[0] == results[1] && results[0] == results[2]  // of numbers that nobody wants to read
    #expect(isSame)
  }
}

@Suite struct `The backward pass of batch norm` {
  @Test(arguments: [[2, 1], [5, 3], [2, 3, 2, 17], [2003, 9]], [1, 3])
  func `is the formula of Ioffe and Szegedy`(shape: [Int], threads: Int) {
    let (x, dy) = (Tensor.random(shape, seed: 1), Tensor.random(shape, seed: 2))
    let channels = shape.last!
    let rows = x.count / channels
    let scale = Tensor.random([channels], seed: 3)
    let (mean, variance) = x.moments()
    let inverse = Tensor([channels], values: variance.array.map { 1 / ($0 + 1e-3).squareRoot() })
    let result = ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
      dy.batchNormBackward(x: x, mean: mean, inverseDeviation: inverse, scale: scale)
    }
    var (dx, dScale, dShift) = (x.doubles, scale.doubles, scale.doubles)
    for c in 0..<channels {
      let positions = (0..<rows).map { $0 * channels + c }
      let (s, m, g) = (inverse.doubles[c], mean.doubles[c], dy.doubles)
      let (values, m1) = (x.doubles, Double(rows))
      // Section 3: first the gradients of the variance and of the mean, then that of x.
      let toNormalized = positions.map { g[$0] * scale.doubles[c] }
      let toVariance = zip(positions, toNormalized).reduce(0) { $0 + $1.1 * (values[$1.0] - m) } * -0.5 * s * s * s
      let spread = positions.reduce(0) { $0 - 2 * (values[$1] - m) } / m1
      let toMean = toNormalized.reduce(0) { $0 - $1 * s } + toVariance * spread
      for (position, gradient) in zip(positions, toNormalized) {
        dx[position] = gradient * s + toVariance * 2 * (values[position] - m) / m1 + toMean / m1
      }
      dScale[c] = positions.reduce(0) { $0 + g[$1] * (values[$1] - m) * s }
      dShift[c] = positions.reduce(0) { $0 + g[$1] }
    }
    #expect(result.dx.shape == shape)
    #expect(result.dx.error(against: dx) < 1e-4)
    #expect(result.dScale.error(against: dScale) < 1e-4)
    #expect(result.dShift.error(against: dShift) < 1e-4)
  }
}
