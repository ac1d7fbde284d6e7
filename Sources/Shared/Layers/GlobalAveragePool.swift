public import Tensors

/// The mean over a whole image: from `[batch, height, width, channels]` to `[batch, channels]`.
public struct GlobalAveragePool: Layer {
  private var shape: [Int]?

  public init() {}

  public mutating func forward(_ x: Tensor, mode: Mode) -> Tensor {
    shape = mode == .training ? x.shape : nil
    let (batch, places, channels) = (x.shape[0], x.shape[1] * x.shape[2], x.shape[3])
    var y = Tensor([batch, channels])
    let source = x.values
    var target = y.mutableValues
    for image in 0..<batch {
      for place in 0..<places {
        let first = (image * places + place) * channels
        for channel in 0..<channels { target[image * channels + channel] += source[first + channel] }
      }
    }
    for index in target.indices { target[index] /= Float(places) }
    return y
  }

  public mutating func backward(_ dy: Tensor) -> Tensor {
    let shape = shape.kept()
    let (batch, places, channels) = (shape[0], shape[1] * shape[2], shape[3])
    var dx = Tensor(uninitialized: shape)
    let source = dy.values
    var target = dx.mutableValues
    for image in 0..<batch {
      for place in 0..<places {
        let first = (image * places + place) * channels
        for channel in 0..<channels { target[first + channel] = source[image * channels + channel] / Float(places) }
      }
    }
    return dx
  }
}

extension GlobalAveragePool {
  public func summarize(_ name: String, input: [Int], _ body: (LayerSummary) -> Void) -> [Int] {
    body(LayerSummary(name, "mean of the map", output: [input[2]], keptValues: input[2]))
    return [input[2]]
  }
}
