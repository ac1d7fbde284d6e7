import Layers
import Tensors

/// A convolution as the paper has them: with batch norm, then ReLU.
func normalizedConvolution(
  _ inputs: Int, _ outputs: Int, kernel: Window.Size, stride: Window.Size = .init(1, 1),
  padding: Window.Padding = .same
) -> Sequential {
  Sequential {
    Convolution(inputs, outputs, kernel: kernel, stride: stride, padding: padding)
    BatchNorm(outputs)
    ReLU()
  }
}

/// A square kernel.
func normalizedConvolution(
  _ inputs: Int, _ outputs: Int, kernel: Int, stride: Int = 1, padding: Window.Padding = .same
) -> Sequential {
  normalizedConvolution(
    inputs, outputs, kernel: .init(kernel, kernel), stride: .init(stride, stride), padding: padding)
}
