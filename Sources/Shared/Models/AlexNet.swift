import Layers
import Tensors

/// The paper's AlexNet (Krizhevsky et al. 2012): with a first stride of 2 x 1, so that there are about as many activations
/// as in the original, with batch norm instead of local response normalisation, and filters that are not split in two.
///
/// One hidden layer of 4096: with the original's two, there would be 54.1 million weights, and the paper says 37.3.
func alexNet(_ wide: Width, _ classifier: Classifier) -> [Stage] {
  [
    Stage("convolution1") {
      Standardize()
      normalizedConvolution(1, wide(96), kernel: .init(11, 11), stride: .init(2, 1), padding: .valid)
      MaxPool(kernel: 3, stride: 2, padding: .valid)
    },
    Stage("convolution2") {
      normalizedConvolution(wide(96), wide(256), kernel: 5)
      MaxPool(kernel: 3, stride: 2, padding: .valid)
    },
    Stage("convolution3") { normalizedConvolution(wide(256), wide(384), kernel: 3) },
    Stage("convolution4") { normalizedConvolution(wide(384), wide(384), kernel: 3) },
    Stage("convolution5") {
      normalizedConvolution(wide(384), wide(256), kernel: 3)
      MaxPool(kernel: 3, stride: 2, padding: .valid)
    },
    Stage("hidden") {
      Flatten()
      Linear(4 * 5 * wide(256), wide(4096))
      ReLU()
    },
    Stage("output") { classifier(wide(4096)) },
  ]
}
