import Glibc
public import Tensors

/// The loss of independent labels, from logits: the mean over batch and labels of
/// `max(z, 0) - z · t + ln(1 + e^-|z|)`, which neither overflows nor loses small values at |z| = 100.
///
/// - Parameters:
///   - logits: `[batch, labels]`.
///   - targets: As many values in 0...1.
/// - Returns: The loss, and its gradient `(σ(z) - t) / (batch · labels)`.
public func sigmoidCrossEntropy(logits: Tensor, targets: Tensor) -> (loss: Double, gradient: Tensor) {
  precondition(logits.count == targets.count, "logits of \(logits.shape) for targets of \(targets.shape)")
  var gradient = Tensor(uninitialized: logits.shape)
  var loss = 0.0
  let scale = 1 / Float(max(1, logits.count))
  let (z, t) = (logits.values, targets.values)
  var target = gradient.mutableValues
  for index in z.indices {
    let small = expf(-abs(z[index]))
    loss += Double(max(z[index], 0) - z[index] * t[index] + log1pf(small))
    target[index] = ((z[index] >= 0 ? 1 : small) / (1 + small) - t[index]) * scale
  }
  return (loss * Double(scale), gradient)
}

/// `1 / (1 + e^-z)` of each value.
public func sigmoid(_ logits: Tensor) -> Tensor {
  var result = Tensor(uninitialized: logits.shape)
  let z = logits.values
  var target = result.mutableValues
  for index in z.indices {
    let small = expf(-abs(z[index]))
    target[index] = (z[index] >= 0 ? 1 : small) / (1 + small)
  }
  return result
}
