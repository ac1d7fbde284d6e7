import Layers

/// The paper's baseline: "N layers of M units" with ReLU, on a flattened patch of 96 x 64; with another input also those of
/// its section 4.4, which name the sounds of AudioSet by patches of 20 x 64, or by embeddings. These come standardized.
func fullyConnected(layers: Int, units: Int, of input: NetworkInput, _ classifier: Classifier) -> [Stage] {
  var stages: [Stage] = []
  var inputs = input.shape.reduce(1, *)
  for layer in 1...layers {
    stages.append(
      Stage("hidden\(layer)") {
        if layer == 1 {
          if case .patch = input { Standardize() }
          Flatten()
        }
        Linear(inputs, units)
        ReLU()
      })
    inputs = units
  }
  stages.append(Stage("output") { classifier(inputs) })
  return stages
}
