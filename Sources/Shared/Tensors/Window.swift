internal import COpenBLAS
internal import Kernels

/// How a window of a convolution or a pooling moves over images `[batch, height, width, channels]`.
public struct Window: Equatable, Sendable {
  /// What the window sees at the border.
  public enum Padding: Sendable {
    /// As many zeros as give one output for each `stride` inputs, the odd one behind (as in TensorFlow).
    case same
    /// No zeros: the window stays inside.
    case valid
  }

  /// Rows and columns, in time and in frequency.
  public struct Size: Hashable, Sendable {
    public let height: Int
    public let width: Int

    public init(_ height: Int, _ width: Int) {
      self.height = height
      self.width = width
    }
  }

  public let input: Size
  public let output: Size
  public let kernel: Size
  public let stride: Size
  /// Zeros in front; those behind follow from the output's size.
  public let padding: Size
  public let channels: Int

  private init(input: Size, output: Size, kernel: Size, stride: Size, padding: Size, channels: Int) {
    self.input = input
    self.output = output
    self.kernel = kernel
    self.stride = stride
    self.padding = padding
    self.channels = channels
  }

  public init(over input: Size, channels: Int, kernel: Size, stride: Size, padding: Padding) {
    func extent(_ input: Int, _ kernel: Int, _ stride: Int) -> (output: Int, padding: Int) {
      switch padding {
      case .valid:
        precondition(input >= kernel, "a window of \(kernel) does not fit \(input)")
        return ((input - kernel) / stride + 1, 0)
      case .same:
        let output = (input + stride - 1) / stride
        return (output, max(0, (output - 1) * stride + kernel - input) / 2)
      }
    }
    let rows = extent(input.height, kernel.height, stride.height)
    let columns = extent(input.width, kernel.width, stride.width)
    self.input = input
    output = Size(rows.output, columns.output)
    self.padding = Size(rows.padding, columns.padding)
    self.kernel = kernel
    self.stride = stride
    self.channels = channels
  }

  /// The window over the outputs, for a stride of 1, that sees those which an input contributes to.
  func backward(filters: Int) -> Window {
    Window(
      input: output, output: input, kernel: kernel, stride: stride,
      padding: Size(kernel.height - 1 - padding.height, kernel.width - 1 - padding.width), channels: filters)
  }

  /// The values of an image.
  var imageCount: Int { input.height * input.width * channels }
  /// The places where the window stands.
  public var places: Int { output.height * output.width }
  /// The values under the window.
  public var depth: Int { kernel.height * kernel.width * channels }

  /// Whether each place sees one pixel of its own: a convolution is then a product of matrices.
  var isPointwise: Bool { kernel == Size(1, 1) && stride == Size(1, 1) }

  var raw: antiphon_window {
    antiphon_window(
      height: Int32(input.height), width: Int32(input.width), channels: Int32(channels),
      output_height: Int32(output.height), output_width: Int32(output.width), kernel_height: Int32(kernel.height),
      kernel_width: Int32(kernel.width), stride_height: Int32(stride.height), stride_width: Int32(stride.width),
      padding_top: Int32(padding.height), padding_left: Int32(padding.width))
  }
}
