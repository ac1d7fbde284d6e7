import Foundation
import Layers
import Tensors
import Testing

@Suite struct `The focal loss` {
  private let logits = Tensor([2, 5], values: [-40, -3, -0.4, 0, 0.7, 2, 5, 30, -1, 1.5])
  private let targets = Tensor([2, 5], values: [0, 1, 0, 1, 1, 0, 1, 1, 0.3, 0.8])

  static let settings: [(Float, Float?)] = [(0, nil), (1, nil), (2, nil), (2, 0.25), (0.5, 0.75), (5, 0)]

  @Test(arguments: settings) func `is that of its definition`(gamma: Float, alpha: Float?) {
    var expected = 0.0
    for (z, t) in zip(logits.doubles, targets.doubles) {
      let p = 1 / (1 + exp(-z))
      let (positive, negative) = alpha.map { (Double($0), 1 - Double($0)) } ?? (1, 1)
      expected -= positive * t * pow(1 - p, Double(gamma)) * log(p)
      expected += negative * (1 - t) * pow(p, Double(gamma)) * log1p(exp(z))
    }
    let found = focalLoss(logits: logits, targets: targets, gamma: gamma, alpha: alpha).loss
    #expect(abs(found - expected / 10) < 1e-5 * max(1, abs(expected)))
  }

  @Test(arguments: settings) func `has the gradient of finite differences`(gamma: Float, alpha: Float?) {
    let gradient = focalLoss(logits: logits, targets: targets, gamma: gamma, alpha: alpha).gradient.doubles
    for index in 0..<10 {
      func loss(_ step: Float) -> Double {
        var moved = logits
        var values = moved.mutableValues
        values[index] += step
        return focalLoss(logits: moved, targets: targets, gamma: gamma, alpha: alpha).loss
      }
      let expected = (loss(1 / 64) - loss(-1 / 64)) * 32
      #expect(abs(gradient[index] - expected) < 2e-4, "\(index): \(gradient[index]), not \(expected)")
    }
  }

  @Test func `is the cross entropy where nothing is focused on`() {
    let focal = focalLoss(logits: logits, targets: targets, gamma: 0, alpha: nil)
    let plain = sigmoidCrossEntropy(logits: logits, targets: targets)
    #expect(abs(focal.loss - plain.loss) < 1e-6)
    for (found, expected) in zip(focal.gradient.doubles, plain.gradient.doubles) {
      #expect(abs(found - expected) < 1e-7)
    }
  }

  @Test func `stays a number where the network is certain`() {
    let certain = Tensor([1, 4], values: [200, -200, 200, -200])
    let targets = Tensor([1, 4], values: [1, 0, 0, 1])
    let (loss, gradient) = focalLoss(logits: certain, targets: targets, gamma: 2, alpha: 0.25)
    #expect(abs(loss - (0.75 + 0.25) * 200 / 4) < 1e-3)
    #expect(gradient.doubles.allSatisfy(\.isFinite) && gradient.doubles[0] == 0 && gradient.doubles[2] > 0)
  }
}
