import Layers

/// The paper's ResNet (He et al. 2016, table 1, but "we removed the stride of 2 from the first 7x7 convolution so that the
/// number of activations was not too different"; the last average pooling is 6 x 4).
func residualNetwork(_ depth: ResidualDepth, _ wide: Width, _ classifier: Classifier) -> [Stage] {
  var stages = [
    Stage("stem") {
      Standardize()
      Convolution(1, wide(64), kernel: 7)
      BatchNorm(wide(64))
      ReLU()
      MaxPool(kernel: 3, stride: 2)
    }
  ]
  var inputs = wide(64)
  for (index, blocks) in depth.blocks.enumerated() {
    let filters = wide(64 << index)
    for block in 0..<blocks {
      let stride = index > 0 && block == 0 ? 2 : 1
      stages.append(
        Stage("stage\(index + 1).block\(block + 1)") { bottleneck(inputs, filters, stride: stride) })
      inputs = 4 * filters
    }
  }
  stages.append(
    Stage("head") {
      GlobalAveragePool()
      classifier(inputs)
    })
  return stages
}

/// Three convolutions, of which the middle one has a quarter of the outputs; the first one has the stride (version 1).
private func bottleneck(_ inputs: Int, _ filters: Int, stride: Int) -> Residual {
  let outputs = 4 * filters
  return Residual(
    body: Sequential {
      Convolution(inputs, filters, kernel: 1, stride: stride)
      BatchNorm(filters)
      ReLU()
      Convolution(filters, filters, kernel: 3)
      BatchNorm(filters)
      ReLU()
      Convolution(filters, outputs, kernel: 1)
      BatchNorm(outputs)
    },
    shortcut: Sequential {  // empty is the identity
      if stride != 1 || inputs != outputs {
        Convolution(inputs, outputs, kernel: 1, stride: stride)
        BatchNorm(outputs)
      }
    })
}
