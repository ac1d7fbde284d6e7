import Layers

/// What ends each network: the output layer, with a linear bottleneck before it where one is wanted.
///
/// The bottleneck is what made the paper's 30,000 labels affordable (its Table 3, 128 units): the weights of the output
/// layer are inputs times labels. The paper does not say what its activation is; ours has none.
struct Classifier {
  /// `nil` where there is no output layer: the network then puts out what would go into it.
  let classes: Int?
  let bottleneck: Int?

  /// Whether nothing is left of it.
  var isEmpty: Bool { classes == nil && bottleneck == nil }

  func callAsFunction(_ inputs: Int) -> any Layer {
    if bottleneck == nil, let classes { return Linear(inputs, classes, isOutput: true) }
    return Sequential {
      if let bottleneck {
        Linear(inputs, bottleneck, isOutput: true)
        if let classes { Linear(bottleneck, classes, isOutput: true) }
      }
    }
  }
}
