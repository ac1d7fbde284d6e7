internal import Kernels

extension Tensor {
  /// The sum of the focal losses of logits (`antiphon_focal_loss`), and `scale` times its gradient.
  ///
  /// - Parameters:
  ///   - gamma: The power of what is missing from certainty; at least 0.
  ///   - positive: A factor of the loss of what is there.
  ///   - negative: One of the loss of what is not.
  public func focalLoss(
    targets: Tensor, gamma: Float, positive: Float, negative: Float, scale: Float
  ) -> (sum: Double, gradient: Tensor) {
    let focus = antiphon_focus(gamma: gamma, positive: positive, negative: negative)
    return unsafe loss(targets: targets) { slopes, logits, targets, count in
      unsafe antiphon_focal_loss(slopes, logits, targets, count, focus, scale)
    }
  }
}
