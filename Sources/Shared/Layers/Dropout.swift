public import Tensors

/// Sets values to zero at random in training, and makes the others larger, so that the mean stays (Srivastava et al. 2014).
/// When the network is used, it does nothing.
///
/// Which values those are, follows from the seed of the mini-batch and the layer's name.
public struct Dropout: Layer {
  private let rate: Float
  private let name: String
  private var kept: (x: Features, dropped: DroppedValues)?

  /// - Parameters:
  ///   - rate: The probability of each value, at least 0 and below 1.
  ///   - name: Another one for each layer of a network.
  public init(_ rate: Float, name: String) {
    self.rate = rate
    self.name = name
  }

  public var kind: String { "dropout" }

  public var changesGradient: Bool { true }

  public mutating func forward(_ x: Features, mode: Mode, into target: FeatureMaps?) -> Features {
    guard mode.isTraining else {
      kept = nil
      return target.map { x.materialized(into: $0) } ?? x
    }
    var generator = SeededGenerator(seed: mode.seed, stream: name)
    let dropped = DroppedValues(rate: rate, seed: generator.next())
    kept = (x, dropped)
    return dropped.dropped(of: x, into: target)
  }

  public mutating func backward(_ dy: Features, onto gradient: Features?) -> Features {
    let kept = kept.takeKept()
    return kept.x.gradientAsRead(kept.dropped.backward(dy), onto: gradient)
  }
}

extension Dropout {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    body(LayerSummary(name, kind, output: input, keptValues: input.values))
    return input
  }
}
