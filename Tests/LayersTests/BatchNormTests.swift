import Layers
import Tensors
import Testing

@Suite struct `Batch norm` {
  private static let x = Tensor.random([3, 2, 2, 3], seed: 1)

  /// A layer with a scale of 0.5, 1.5, 2.5, a shift of -1, 0, 1, running means of 0.1, 0.2, 0.3, and variances of 2, 3, 4.
  private static var layer: BatchNorm {
    var layer = BatchNorm(3)
    let values: [String: [Float]] = [
      "n.scale": [0.5, 1.5, 2.5], "n.shift": [-1, 0, 1], "n.mean": [0.1, 0.2, 0.3], "n.variance": [2, 3, 4],
    ]
    layer.visit("n") { $1.value = Tensor([3], values: values[$0]!) }
    return layer
  }

  private static func moments(_ channel: Int) -> (mean: Double, variance: Double) {
    let values = x.doubles.enumerated().filter { $0.offset % 3 == channel }.map(\.element)
    let mean = values.reduce(0, +) / 12
    return (mean, values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 12)
  }

  @Test(arguments: [Mode.training, .inference])
  func `normalises by the mini-batch in training, and by the running statistics after it`(_ mode: Mode) {
    var layer = Self.layer
    let y = layer.forward(Self.x, mode: mode)
    #expect(y.shape == Self.x.shape)
    for (index, (x, y)) in zip(Self.x.doubles, y.doubles).enumerated() {
      let channel = index % 3
      let used =
        mode == .training
        ? Self.moments(channel) : (mean: [0.1, 0.2, 0.3][channel], variance: [2.0, 3, 4][channel])
      let normal = (x - used.mean) / (used.variance + 0.001).squareRoot()
      #expect(abs(y - (normal * [0.5, 1.5, 2.5][channel] + [-1, 0, 1][channel])) < 1e-5)
    }
  }

  @Test func `shows what it saw as the gradients of its statistics, and changes no value itself`() {
    var layer = Self.layer
    _ = layer.backward(of: Self.x)
    var seen: [String: Parameter] = [:]
    layer.visit("n") { seen[$0] = $1 }
    #expect(seen.filter { $0.value.kind == .statistic }.keys.sorted() == ["n.mean", "n.variance"])
    for channel in 0..<3 {
      let (mean, variance) = Self.moments(channel)
      #expect(abs(seen["n.mean"]!.gradient.doubles[channel] - mean) < 1e-6)
      #expect(abs(seen["n.variance"]!.gradient.doubles[channel] - variance) < 1e-6)
    }
    #expect(seen["n.mean"]!.value.doubles.map { Float($0) } == [0.1, 0.2, 0.3])
    #expect(seen["n.variance"]!.value.doubles == [2, 3, 4])
  }
}

extension Layer {
  fileprivate mutating func backward(of x: Tensor) -> Tensor { backward(forward(x, mode: .training)) }
}
