internal import Layers
public import Parameters
public import Tensors

extension Loss {
  /// The mean over batch and labels, and its gradient.
  ///
  /// - Parameters:
  ///   - logits: `[batch, labels]`.
  ///   - targets: As many values in 0...1.
  public func value(logits: Tensor, targets: Tensor) -> (loss: Double, gradient: Tensor) {
    switch self {
    case .crossEntropy: sigmoidCrossEntropy(logits: logits, targets: targets)
    case .focal(let gamma, let alpha): focalLoss(logits: logits, targets: targets, gamma: gamma, alpha: alpha)
    }
  }
}
