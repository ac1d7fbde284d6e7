import Glibc
public import Tensors

/// Batch normalisation by channel (Ioffe and Szegedy 2015): `[..., channels]` to the same.
///
/// Training normalises by the mini-batch's mean and (biased) variance, and shows them as the gradients of the two running
/// statistics; inference normalises by those. Epsilon is TensorFlow's 1e-3. How much a running statistic keeps of itself
/// is the servers' setting: 0.99, as in Keras, since short runs never get near the average that 0.9997 means.
public struct BatchNorm: Layer {
  public static let epsilon: Float = 1e-3

  var scale: Parameter  // γ
  var shift: Parameter  // β
  var mean: Parameter
  var variance: Parameter
  private var kept: (x: Tensor, mean: Tensor, inverseDeviation: Tensor)?

  public init(_ channels: Int) {
    scale = Parameter([channels], start: .constant(1))
    shift = Parameter([channels], start: .constant(0))
    mean = Parameter([channels], kind: .statistic, start: .constant(0))
    variance = Parameter([channels], kind: .statistic, start: .constant(1))
  }

  public mutating func forward(_ x: Tensor, mode: Mode) -> Tensor {
    guard mode == .training else {
      kept = nil
      return normalize(x, mean.value, inverseDeviation(of: variance.value))
    }
    let moments = x.moments()
    mean.gradient = moments.mean.reshaped(mean.value.shape)
    variance.gradient = moments.variance.reshaped(variance.value.shape)
    let inverse = inverseDeviation(of: variance.gradient)
    kept = (x, mean.gradient, inverse)
    return normalize(x, mean.gradient, inverse)
  }

  public mutating func backward(_ dy: Tensor) -> Tensor {
    let kept = kept.kept()
    let result = dy.batchNormBackward(
      x: kept.x, mean: kept.mean, inverseDeviation: kept.inverseDeviation, scale: scale.value)
    scale.gradient = result.dScale
    shift.gradient = result.dShift
    return result.dx
  }

  public mutating func visit(_ name: String, _ body: (String, inout Parameter) -> Void) {
    body("\(name).scale", &scale)
    body("\(name).shift", &shift)
    body("\(name).mean", &mean)
    body("\(name).variance", &variance)
  }

  /// `(x - mean) · inverse · γ + β` as `x · factor + offset`.
  private func normalize(_ x: Tensor, _ mean: Tensor, _ inverse: Tensor) -> Tensor {
    let (gamma, beta, mean, inverse) = (scale.value.values, shift.value.values, mean.values, inverse.values)
    let factors = gamma.indices.map { gamma[$0] * inverse[$0] }
    let offsets = beta.indices.map { beta[$0] - mean[$0] * factors[$0] }
    return x.scaledAndShifted(
      by: Tensor([factors.count], values: factors), Tensor([offsets.count], values: offsets))
  }

  private func inverseDeviation(of variance: Tensor) -> Tensor {
    let values = variance.values
    return Tensor(variance.shape, values: values.indices.map { 1 / (values[$0] + Self.epsilon).squareRoot() })
  }
}

extension BatchNorm {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    body(LayerSummary(name, "batch norm", output: input, keptValues: input.values))
    return input
  }
}
