import Layers

/// What ends each network: the output layer, with a linear bottleneck before it where one is wanted.
///
/// The bottleneck is what made the paper's 30,000 labels affordable (its Table 3, 128 units): the weights of the output
/// layer are inputs times labels. The paper does not say what its activation is; ours has none.
struct Classifier {
  let classes: Int
  let bottleneck: Int?

  func callAsFunction(_ inputs: Int) -> any Layer {
    guard let bottleneck else { return Linear(inputs, classes, isOutput: true) }
    return Sequential {
      Linear(inputs, bottleneck, isOutput: true)
      Linear(bottleneck, classes, isOutput: true)
    }
  }
}
