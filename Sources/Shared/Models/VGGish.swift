import Layers

/// VGGish, as released with AudioSet (`vggish_slim.py`): configuration A of VGG without its last group of convolutions,
/// with biases and no batch norm, and with an embedding of 128 values.
///
/// The embedding is what the stage of that name puts out, before any activation, and what a network without an output layer
/// puts out. The ReLU and the output layer after it are ours: the release leaves both to the user. Patches are read as they are, as the release's weights expect.
func vggish(_ wide: Width, _ classifier: Classifier) -> [Stage] {
  var stages: [Stage] = []
  var inputs = 1
  for (index, convolutions) in [1, 1, 2, 2].enumerated() {
    let outputs = wide([64, 128, 256, 512][index])
    stages.append(
      Stage("block\(index + 1)") {
        biasedConvolution(inputs, outputs)
        for _ in 1..<convolutions { biasedConvolution(outputs, outputs) }
        MaxPool(kernel: 2, stride: 2)
      })
    inputs = outputs
  }
  stages.append(
    Stage("hidden1") {
      Flatten()
      Linear(6 * 4 * inputs, wide(4096))
      ReLU()
    })
  stages.append(
    Stage("hidden2") {
      Linear(wide(4096), wide(4096))
      ReLU()
    })
  stages.append(Stage("embedding") { Linear(wide(4096), wide(128)) })
  guard !classifier.isEmpty else { return stages }
  stages.append(
    Stage("output") {
      ReLU()
      classifier(wide(128))
    })
  return stages
}

private func biasedConvolution(_ inputs: Int, _ outputs: Int) -> Sequential {
  Sequential {
    Convolution(inputs, outputs, kernel: 3)
    Bias(outputs)
    ReLU()
  }
}
