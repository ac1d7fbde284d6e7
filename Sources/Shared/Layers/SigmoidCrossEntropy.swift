public import Tensors

/// The loss of independent labels, from logits: the mean over batch and labels of
/// `max(z, 0) - z · t + ln(1 + e^-|z|)`, which neither overflows nor loses small values at |z| = 100.
///
/// - Parameters:
///   - logits: `[batch, labels]`.
///   - targets: As many values in 0...1.
/// - Returns: The loss, and its gradient `(σ(z) - t) / (batch · labels)`.
public func sigmoidCrossEntropy(logits: Tensor, targets: Tensor) -> (loss: Double, gradient: Tensor) {
  let scale = 1 / Float(max(1, logits.count))
  let (sum, gradient) = logits.logisticLoss(targets: targets, scale: scale)
  return (sum * Double(scale), gradient)
}

/// `1 / (1 + e^-z)` of each value.
public func sigmoid(_ logits: Tensor) -> Tensor { logits.logistic() }
