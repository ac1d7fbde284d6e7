import Layers

/// The hidden layers of networks of clips of embeddings, which hear each vector by itself: each is fully connected, with
/// batch norm, ReLU, and dropout of a half (Kong et al. 2018).
struct ClipLayers {
  let count: Int
  let units: Int
  private let inputs: Int

  init(_ count: Int, _ units: Int, of inputs: Int) {
    self.count = count
    self.units = units
    self.inputs = inputs
  }

  /// Some of them, a stage each. The first one also normalises the embeddings, as the authors' PyTorch code does.
  func stages(_ numbers: ClosedRange<Int>) -> [Stage] {
    numbers.map { number in
      Stage("hidden\(number)") {
        if number == 1 { BatchNorm(inputs) }
        layer(number)
      }
    }
  }

  var stages: [Stage] { stages(1...count) }

  /// One of them; a fully connected layer over each vector is a convolution of one pixel.
  func layer(_ number: Int) -> Sequential {
    Sequential {
      normalizedConvolution(number == 1 ? inputs : units, units, kernel: 1)
      Dropout(0.5, name: "hidden\(number)")
    }
  }
}
