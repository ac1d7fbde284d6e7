public import Tensors

/// `ReLU(body(x) + shortcut(x))` (He et al. 2016, section 3.2).
public struct Residual: Layer {
  private var body: Sequential
  private var shortcut: Sequential
  private var kept: (input: PlainInput, body: FeatureMaps, shortcut: FeatureMaps, output: FeatureMaps)?

  /// - Parameter shortcut: Empty where the input is added as it is.
  public init(body: Sequential, shortcut: Sequential) {
    self.body = body
    self.shortcut = shortcut
  }

  /// What is done here, besides the layers of the two.
  public var kind: String { "sum, ReLU" }

  public var isComposite: Bool { true }

  public var changesGradient: Bool { true }

  public mutating func forward(_ x: Features, mode: Mode, into target: FeatureMaps?) -> Features {
    let input = PlainInput(x)
    let first = body.forward(input.plain, mode: mode)
    let second = shortcut.forward(input.plain, mode: mode)
    let output = LayerTimes.timing(kind, \.forward) { Features.rectifiedSum(first, second, into: target) }
    kept = mode.isTraining ? (input, first.maps, second.maps, output.maps) : nil
    return output
  }

  public mutating func backward(_ dy: Features, onto gradient: Features?) -> Features {
    let kept = kept.takeKept()
    let rectified = Features(kept.output, pending: Pending.identity(kept.output.channels).rectified)
    let slopes = LayerTimes.timing(kind, \.backward) {
      dy.materialized().gated(by: rectified, partner: kept.body)
    }
    // The other branch has the same gradient.
    let own = body.changesGradient ? Features(slopes.maps.copy(), sums: slopes.sums) : slopes
    if shortcut.isEmpty {
      // The gradient of the sum is also that of the input, and the body's is added to it: in place, since the body's
      // last convolution has read it before the first one adds to it.
      let dx = body.backward(own, onto: Features(body.mapCount > 1 ? slopes.maps : slopes.maps.copy()))
      return kept.input.gradient(dx, onto: gradient)
    }
    let dx = body.backward(own).materialized()
    return kept.input.gradient(
      shortcut.backward(Features(slopes.maps), onto: dx), onto: gradient)
  }

  public mutating func visit(_ name: String, _ body: (String, inout Parameter) -> Void) {
    self.body.visit("\(name).body", body)
    shortcut.visit("\(name).shortcut", body)
  }
}

extension Residual {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    let output = self.body.summarize("\(name).body", input: input, body)
    let other = shortcut.summarize("\(name).shortcut", input: input, body)
    precondition(output == other, "a sum of \(output) and \(other)")
    body(LayerSummary(name, kind, output: output, keptValues: output.values))
    return output
  }
}
