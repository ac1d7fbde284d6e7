public import Layers

/// What one stage of a network is, and what it costs.
public struct StageSummary: Sendable {
  public let name: String
  /// The shape of its output for one example.
  public let output: [Int]
  public let layers: [LayerSummary]
}

extension Sequence<LayerSummary> {
  public var weights: Int { reduce(0) { $0 + $1.weights } }
  public var multiplies: Int { reduce(0) { $0 + $1.multiplies } }
  public var keptValues: Int { reduce(0) { $0 + $1.keptValues } }
}
