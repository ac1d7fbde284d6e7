import Tensors
import Testing

/// A convolution by its definition, in Double: a loop for each index, and TensorFlow's formula of the padding.
struct SlowConvolution: CustomTestStringConvertible {
  var batch = 1
  let height: Int
  let width: Int
  let channels: Int
  let filters: Int
  let kernel: (height: Int, width: Int)
  var stride = (height: 1, width: 1)
  var padding = Window.Padding.same

  var testDescription: String {
    "\(batch)x\(height)x\(width)x\(channels), \(kernel.height)x\(kernel.width)x\(filters) / \(stride), \(padding)"
  }

  var window: Window {
    Window(
      over: .init(height, width), channels: channels, kernel: .init(kernel.height, kernel.width),
      stride: .init(stride.height, stride.width), padding: padding)
  }

  /// `tf.nn.convolution`: the extent of the output, and the zeros in front.
  static func extent(_ input: Int, _ kernel: Int, _ stride: Int, _ padding: Window.Padding) -> (output: Int, front: Int)
  {
    switch padding {
    case .valid: (Int((Double(input - kernel + 1) / Double(stride)).rounded(.up)), 0)
    case .same:
      if input % stride == 0 {
        (input / stride, max(kernel - stride, 0) / 2)
      } else {
        (input / stride + 1, max(kernel - input % stride, 0) / 2)
      }
    }
  }

  var rows: (output: Int, front: Int) { Self.extent(height, kernel.height, stride.height, padding) }
  var columns: (output: Int, front: Int) { Self.extent(width, kernel.width, stride.width, padding) }
  var imagesShape: [Int] { [batch, height, width, channels] }
  var weightsShape: [Int] { [kernel.height * kernel.width * channels, filters] }
  var outputShape: [Int] { [batch, rows.output, columns.output, filters] }

  /// Calls a function with the position of an input, of a weight and of an output for each product of the sum.
  private func forEachProduct(_ body: (_ image: Int, _ weight: Int, _ output: Int) -> Void) {
    let (rows, columns) = (rows, columns)
    for b in 0..<batch {
      for oy in 0..<rows.output {
        for ox in 0..<columns.output {
          for ky in 0..<kernel.height {
            for kx in 0..<kernel.width {
              let y = oy * stride.height + ky - rows.front
              let x = ox * stride.width + kx - columns.front
              guard (0..<height).contains(y), (0..<width).contains(x) else { continue }
              for c in 0..<channels {
                for f in 0..<filters {
                  body(
                    ((b * height + y) * width + x) * channels + c,
                    ((ky * kernel.width + kx) * channels + c) * filters + f,
                    ((b * rows.output + oy) * columns.output + ox) * filters + f)
                }
              }
            }
          }
        }
      }
    }
  }

  func output(_ images: [Double], _ weights: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: outputShape.reduce(1, *))
    forEachProduct { image, weight, output in result[output] += images[image] * weights[weight] }
    return result
  }

  func weightGradient(_ images: [Double], _ dy: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: weightsShape.reduce(1, *))
    forEachProduct { image, weight, output in result[weight] += images[image] * dy[output] }
    return result
  }

  func inputGradient(_ weights: [Double], _ dy: [Double]) -> [Double] {
    var result = [Double](repeating: 0, count: imagesShape.reduce(1, *))
    forEachProduct { image, weight, output in result[image] += weights[weight] * dy[output] }
    return result
  }
}
