import Layers

/// The paper's VGG (Simonyan and Zisserman 2015, configuration E, of 19 layers with weights), with batch norm; its strides
/// are as they were, since smaller ones at the beginning trained more slowly, and to a worse end.
func vgg19(_ wide: Width, _ classifier: Classifier) -> [Stage] {
  var stages: [Stage] = []
  var inputs = 1
  for (index, convolutions) in [2, 2, 4, 4, 4].enumerated() {
    let outputs = wide([64, 128, 256, 512, 512][index])
    stages.append(
      Stage("block\(index + 1)") {
        if index == 0 { Standardize() }
        normalizedConvolution(inputs, outputs, kernel: 3)
        for _ in 1..<convolutions { normalizedConvolution(outputs, outputs, kernel: 3) }
        MaxPool(kernel: 2, stride: 2)
      })
    inputs = outputs
  }
  stages.append(
    Stage("hidden1") {
      Flatten()
      Linear(3 * 2 * inputs, wide(4096))
      ReLU()
    })
  stages.append(
    Stage("hidden2") {
      Linear(wide(4096), wide(4096))
      ReLU()
    })
  stages.append(Stage("output") { classifier(wide(4096)) })
  return stages
}
