import Glibc
import Layers
import Tensors
import Testing

@Suite struct `The loss of independent labels` {
  @Test func `neither overflows nor loses small values at logits of 100`() {
    func loss(_ logits: [Float], _ targets: [Float]) -> (loss: Double, gradient: Tensor) {
      sigmoidCrossEntropy(
        logits: Tensor([1, logits.count], values: logits), targets: Tensor([1, targets.count], values: targets))
    }
    #expect(loss([100], [0]).loss == 100)
    #expect(loss([-100], [1]).loss == 100)
    #expect(loss([100], [0]).gradient.doubles == [1])
    #expect(loss([-100], [1]).gradient.doubles == [-1])
    #expect(loss([100], [1]).gradient.doubles == [0])
    // e^-80 is about the smallest that is left: below 1e-38 numbers are flushed to zero.
    for right in [loss([80], [1]).loss, loss([-80], [0]).loss] { #expect(abs(right / exp(-80) - 1) < 1e-6) }
    for right in [loss([100], [1]).loss, loss([-100], [0]).loss] { #expect(right == 0) }
    #expect(abs(loss([-20], [0]).gradient.doubles[0] / exp(-20) - 1) < 1e-6)
    #expect(loss([100, -100, 100, -100], [0, 1, 1, 0]).loss == 50)
    #expect(loss([0], [0.5]).loss == Double(log1pf(1)))
  }

  @Test func `is the mean of the naive formula`() {
    let (logits, targets) = Self.moderate
    let (z, t) = (logits.doubles, targets.doubles)
    let expected =
      zip(z, t).reduce(0) { sum, pair in
        let probability = 1 / (1 + exp(-pair.0))
        return sum - pair.1 * log(probability) - (1 - pair.1) * log(1 - probability)
      } / Double(z.count)
    let found = sigmoidCrossEntropy(logits: logits, targets: targets).loss
    #expect(abs(found - expected) < 1e-6 * expected)
  }

  @Test func `has the gradient of finite differences`() {
    let (logits, targets) = Self.moderate
    let gradient = sigmoidCrossEntropy(logits: logits, targets: targets).gradient
    #expect(gradient.shape == logits.shape)
    for (index, found) in gradient.doubles.enumerated() {
      func loss(_ step: Float) -> Double {
        var moved = logits
        var values = moved.mutableValues
        values[index] += step
        return sigmoidCrossEntropy(logits: moved, targets: targets).loss
      }
      let step: Float = 1 / 64
      #expect(abs((loss(step) - loss(-step)) * 32 - found) < 2e-4 / Double(logits.count))
    }
  }

  @Test func `belongs to a sigmoid that stays in 0...1`() {
    let z: [Float] = [-1000, -100, -3, -1, 0, 0.5, 10, 100, 1000]
    let found = sigmoid(Tensor([z.count], values: z)).doubles
    for (z, found) in zip(z, found) { #expect(abs(found - 1 / (1 + exp(-Double(z)))) < 1e-7) }
  }

  /// Logits in -4...4, and targets of 0, 1 and in between.
  private static let moderate: (logits: Tensor, targets: Tensor) = {
    var logits = Tensor.random([5, 7], seed: 1)
    logits.scale(by: 4)
    let targets = (0..<35).map { [0, 1, 0.25][$0 % 3] as Float }
    return (logits, Tensor([5, 7], values: targets))
  }()
}
