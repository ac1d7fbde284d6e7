import Glibc
public import Tensors

/// Batch normalisation by channel (Ioffe and Szegedy 2015): `[batch, height, width, channels]` to the same.
///
/// Training normalises by the mini-batch's mean and (biased) variance, and shows them as the gradients of the two running
/// statistics; inference normalises by those. Epsilon is TensorFlow's 1e-3. How much a running statistic keeps of itself
/// is the servers' setting: 0.99, as in Keras, since short runs never get near the average that 0.9997 means.
///
/// The values are normalised by whoever reads them next, and so is the gradient computed.
public struct BatchNorm: Layer {
  public static let epsilon: Float = 1e-3

  var scale: Parameter  // γ
  var shift: Parameter  // β
  var mean: Parameter
  var variance: Parameter
  private var kept: PlainInput?

  public init(_ channels: Int) {
    scale = Parameter([channels], start: .constant(1))
    shift = Parameter([channels], start: .constant(0))
    mean = Parameter([channels], kind: .statistic, start: .constant(0))
    variance = Parameter([channels], kind: .statistic, start: .constant(1))
  }

  public var mapCount: Int { 0 }

  public var kind: String { "batch norm" }

  public mutating func forward(_ x: Features, mode: Mode, into target: FeatureMaps?) -> Features {
    let input = PlainInput(x)
    kept = mode.isTraining ? input : nil
    if mode.isTraining {
      let moments = input.plain.moments()
      let count = Double(x.maps.pixels)
      let means = moments.first.map { $0 / count }
      // What rounding leaves of a variance of zero may be below it.
      let variances = moments.second.indices.map { max(0, moments.second[$0] / count - means[$0] * means[$0]) }
      mean.gradient = Tensor(mean.value.shape, values: means.map { Float($0) })
      variance.gradient = Tensor(variance.value.shape, values: variances.map { Float($0) })
      return normalized(input.plain, mean.gradient, variance.gradient)
    }
    return normalized(input.plain, mean.value, variance.value)
  }

  public mutating func backward(_ dy: Features, onto gradient: Features?) -> Features {
    let input = kept.takeKept()
    let x = input.plain.maps
    let (slopes, sums) = dy.summed(with: x)
    let (pending, scaleGradient) = backward(sums, to: x)
    scale.gradient = Tensor(scale.value.shape, values: scaleGradient)
    shift.gradient = Tensor(shift.value.shape, values: sums.first.map { Float($0) })
    let dx = Features(slopes, pending: pending)
    return input.isPlain && gradient == nil ? dx : input.gradient(dx, onto: gradient)
  }

  /// `∂x = γ / σ · (∂y - mean(∂y) - x̂ · mean(∂y · x̂))` as `∂y · a + x · b + c`, to be done, and `∂γ = Σ ∂y · x̂`.
  private func backward(_ sums: ChannelSums, to x: FeatureMaps) -> (pending: Pending, scaleGradient: [Float]) {
    let (means, variances, gamma) = (mean.gradient.values, variance.gradient.values, scale.value.values)
    let count = Double(x.pixels)
    var (a, b, c, scaleGradient) = ([Float](), [Float](), [Float](), [Float]())
    for channel in gamma.indices {
      let center = Double(means[channel])
      let inverse = 1 / (Double(variances[channel]) + Double(Self.epsilon)).squareRoot()
      let product = (sums.second[channel] - center * sums.first[channel]) * inverse
      let factor = Double(gamma[channel]) * inverse
      let slope = -factor * inverse * product / count
      a.append(Float(factor))
      b.append(Float(slope))
      c.append(Float(-factor * sums.first[channel] / count - center * slope))
      scaleGradient.append(Float(product))
    }
    return (Pending(scale: a, shift: c, other: x, otherScale: b), scaleGradient)
  }

  public mutating func visit(_ name: String, _ body: (String, inout Parameter) -> Void) {
    body("\(name).scale", &scale)
    body("\(name).shift", &shift)
    body("\(name).mean", &mean)
    body("\(name).variance", &variance)
  }

  /// `(x - mean) / σ · γ + β` as `x · factor + offset`, to be done.
  private func normalized(_ x: Features, _ mean: Tensor, _ variance: Tensor) -> Features {
    let (gamma, beta, mean, variance) = (scale.value.values, shift.value.values, mean.values, variance.values)
    let factors = gamma.indices.map { gamma[$0] / (variance[$0] + Self.epsilon).squareRoot() }
    let offsets = beta.indices.map { beta[$0] - mean[$0] * factors[$0] }
    return Features(x.maps, pending: Pending(scale: factors, shift: offsets))
  }
}

extension BatchNorm {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    body(LayerSummary(name, kind, output: input, keptValues: 0))
    return input
  }
}
