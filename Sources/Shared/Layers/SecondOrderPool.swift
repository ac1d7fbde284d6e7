public import Tensors

/// The vectors of a clip weighed by linear functions of themselves (bottom-up attention, Girdhar and Ramanan 2017):
/// from `[batch, vectors, 1, inputs]` to `[batch, rank · inputs]`, `y_p = Xᵀ (X b_p) / vectors`.
///
/// A fully connected layer after it, with the weights a, makes scores of the second order in X: `Σ_p (X a_kp)ᵀ (X b_p)`,
/// its sum taken over the vectors first. As in the authors' code, the mean over the vectors stands for their sum, and the
/// weights are neither positive nor made to add up to 1. A vector that only fills a clip up does not count.
public struct SecondOrderPool: Layer {
  private let rank: Int
  var b: Parameter  // [inputs, rank]
  private var kept: (input: PlainInput, weights: Tensor, lengths: [Int]?)?

  public init(_ inputs: Int, rank: Int) {
    self.rank = rank
    b = Parameter([inputs, rank], start: .lecun(inputs: inputs))
  }

  public var kind: String { "second-order attention" }

  public mutating func forward(_ x: Features, mode: Mode, into target: FeatureMaps?) -> Features {
    let input = PlainInput(x)
    let x = input.plain.tensor
    var weights = Tensor(uninitialized: x.shape.dropLast() + [rank])
    weights.multiply(x.matrix, b.value.matrix)
    weights.divideRows(byLengths: mode.lengths)
    let y = x.weighedSums(weights)
    kept = mode.isTraining ? (input, weights, mode.lengths) : nil
    return target.map { Features(y).materialized(into: $0) } ?? Features(y)
  }

  public mutating func backward(_ dy: Features, onto gradient: Features?) -> Features {
    let kept = kept.takeKept()
    let x = kept.input.plain.tensor
    var (dx, slopes) = x.weighedSumsBackward(dy.tensor, weights: kept.weights)
    slopes.divideRows(byLengths: kept.lengths)
    b.gradient.multiply(x.matrix.transposed, slopes.matrix)
    dx.multiply(slopes.matrix, b.value.matrix.transposed, adding: true)
    return kept.input.gradient(Features(dx), onto: gradient)
  }

  public mutating func visit(_ name: String, _ body: (String, inout Parameter) -> Void) {
    body("\(name).weight", &b)
  }
}

extension SecondOrderPool {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    let output = [rank * input[2]]
    body(
      LayerSummary(
        name, kind, output: output, weights: b.value.count, multiplies: 2 * b.value.count * input[0],
        keptValues: output.values + rank * input[0]))
    return output
  }
}
