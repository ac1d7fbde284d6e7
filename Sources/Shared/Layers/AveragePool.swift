public import Tensors

/// The mean under a window that moves by one pixel, by channel: `[batch, height, width, channels]` to the same.
///
/// What lies beyond the border does not count (as in TensorFlow): a mean is of the pixels that the window sees.
public struct AveragePool: Layer {
  /// How far the window reaches to each side.
  private let reach: Int

  /// - Parameter kernel: The side of the square window; odd.
  public init(kernel: Int) {
    precondition(kernel % 2 == 1, "a window of \(kernel) has no middle")
    reach = kernel / 2
  }

  public mutating func forward(_ x: Tensor, mode: Mode) -> Tensor {
    var y = sums(x)
    divide(&y)
    return y
  }

  /// A pixel sees those that see it, so the sum is its own transpose.
  public mutating func backward(_ dy: Tensor) -> Tensor {
    var means = dy
    divide(&means)
    return sums(means)
  }

  /// The sum under the window: rows first, then columns.
  private func sums(_ x: Tensor) -> Tensor {
    let (height, width, channels) = (x.shape[1], x.shape[2], x.shape[3])
    return sums(sums(x, along: height, stride: width * channels), along: width, stride: channels)
  }

  /// The sum of neighbours along one extent, where `stride` values lie from one to the next.
  private func sums(_ x: Tensor, along extent: Int, stride: Int) -> Tensor {
    var y = Tensor(x.shape)
    let source = x.values
    var target = y.mutableValues
    for line in 0..<x.count / (extent * stride) {
      for place in 0..<extent {
        let first = (line * extent + place) * stride
        for neighbour in seen(from: place, of: extent) {
          let other = (line * extent + neighbour) * stride
          for index in 0..<stride { target[first + index] += source[other + index] }
        }
      }
    }
    return y
  }

  private func divide(_ sums: inout Tensor) {
    let (batch, height, width, channels) = (sums.shape[0], sums.shape[1], sums.shape[2], sums.shape[3])
    var values = sums.mutableValues
    for image in 0..<batch {
      for row in 0..<height {
        for column in 0..<width {
          let first = ((image * height + row) * width + column) * channels
          let count = Float(seen(from: row, of: height).count * seen(from: column, of: width).count)
          for channel in 0..<channels { values[first + channel] /= count }
        }
      }
    }
  }

  private func seen(from place: Int, of extent: Int) -> Range<Int> {
    max(0, place - reach)..<min(extent, place + reach + 1)
  }
}

extension AveragePool {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    let side = 2 * reach + 1
    body(LayerSummary(name, "\(side)x\(side) average pool", output: input, keptValues: input.values))
    return input
  }
}
