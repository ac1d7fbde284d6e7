import Tensors

/// A convolution of a network: from `[batch, height, width, channels]` to `[batch, height', width', filters]`.
struct ConvolutionShape {
  let height: Int
  let width: Int
  let channels: Int
  let filters: Int
  let kernel: Window.Size
  let stride: Window.Size
  let padding: Window.Padding
  /// How many of these the network has.
  let times: Int

  init(
    _ height: Int, _ width: Int, _ channels: Int, to filters: Int, kernel: Window.Size,
    stride: Window.Size = .init(1, 1),
    padding: Window.Padding = .same, times: Int = 1
  ) {
    self.height = height
    self.width = width
    self.channels = channels
    self.filters = filters
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.times = times
  }

  /// A square kernel.
  init(
    _ height: Int, _ width: Int, _ channels: Int, to filters: Int, kernel: Int, stride: Int = 1,
    padding: Window.Padding = .same, times: Int = 1
  ) {
    self.init(
      height, width, channels, to: filters, kernel: .init(kernel, kernel), stride: .init(stride, stride),
      padding: padding, times: times)
  }

  var name: String {
    let strides = stride.height == stride.width ? "\(stride.height)" : "\(stride.height)x\(stride.width)"
    return "\(height)x\(width) \(channels)>\(filters) \(kernel.height)x\(kernel.width)/\(strides)"
  }

  /// The rows of the output, and the zeros above the first one, by TensorFlow's formula.
  var rows: (output: Int, front: Int) { extent(height, kernel.height, stride.height) }
  /// The columns of the output, and the zeros to the left of the first one.
  var columns: (output: Int, front: Int) { extent(width, kernel.width, stride.width) }

  /// The multiplies of one pass over an image by the definition, those by zeros of the border among them.
  var multiplies: Int { rows.output * columns.output * kernel.height * kernel.width * channels * filters }

  private func extent(_ input: Int, _ kernel: Int, _ stride: Int) -> (output: Int, front: Int) {
    switch padding {
    case .valid: return ((input - kernel) / stride + 1, 0)
    case .same:
      let output = (input + stride - 1) / stride
      return (output, max(0, (output - 1) * stride + kernel - input) / 2)
    }
  }
}
