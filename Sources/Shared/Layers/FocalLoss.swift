public import Tensors

/// The focal loss of independent labels (Lin et al. 2017), from logits: the mean over batch and labels of
/// `-α (1 - p)^γ ln p` of a label that is there, with p = σ(z), and of `-(1 - α) p^γ ln(1 - p)` of one that is not. What is
/// as good as certain counts for little. Targets between 0 and 1 have their share of both.
///
/// - Parameters:
///   - logits: `[batch, labels]`.
///   - targets: As many values in 0...1.
///   - gamma: γ, at least 0; at 0, and without α, it is the cross entropy.
///   - alpha: The share of what is there, 0...1; `nil` where both count as they are.
/// - Returns: The loss, and its gradient.
public func focalLoss(
  logits: Tensor, targets: Tensor, gamma: Float, alpha: Float?
) -> (loss: Double, gradient: Tensor) {
  let scale = 1 / Float(max(1, logits.count))
  let (sum, gradient) = logits.focalLoss(
    targets: targets, gamma: gamma, positive: alpha ?? 1, negative: alpha.map { 1 - $0 } ?? 1, scale: scale)
  return (sum * Double(scale), gradient)
}
