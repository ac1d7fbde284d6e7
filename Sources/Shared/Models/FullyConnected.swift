import Layers

/// The paper's baseline: "N layers of M units" with ReLU, on a flattened patch of 96 x 64.
func fullyConnected(layers: Int, units: Int, _ classifier: Classifier) -> [Stage] {
  var stages: [Stage] = []
  var inputs = 96 * 64
  for layer in 1...layers {
    stages.append(
      Stage("hidden\(layer)") {
        if layer == 1 {
          Standardize()
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
