import Layers
import Tensors
import Testing

@Suite struct `A layer without parameters` {
  @Test func `takes the mean over an image`() {
    var layer = GlobalAveragePool()
    let x = Tensor([2, 1, 2, 2], values: [1, 10, 3, 30, 5, 50, 6, 70])
    #expect(layer.forward(x, mode: .inference).doubles == [2, 20, 5.5, 60])
  }

  @Test func `takes the mean of what its window sees, and nothing from beyond the border`() {
    var layer = AveragePool(kernel: 3)
    let x = Tensor([1, 3, 3, 1], values: [1, 2, 3, 4, 5, 6, 7, 8, 9])
    #expect(layer.forward(x, mode: .inference).doubles == [3, 3.5, 4, 4.5, 5, 5.5, 6, 6.5, 7])
    let row = Tensor([2, 1, 2, 2], values: [1, 10, 3, 30, 5, 50, 6, 70])
    #expect(layer.forward(row, mode: .inference).doubles == [2, 20, 2, 20, 5.5, 60, 5.5, 60])
  }

  @Test func `lays the outputs of its branches beside each other`() {
    var layer = Concatenation {
      Sequential {}
      Standardize()
      Concatenation {
        Bias(2)
        ReLU()
      }
    }
    layer.visit("") { $1.value = Tensor([2], values: [100, 200]) }
    let y = layer.forward(Tensor([2, 1, 1, 2], values: [-1, 3, 5, -7]), mode: .inference)
    #expect(y.shape == [2, 1, 1, 8])
    #expect(y.doubles == [-1, 3, 1, 3, 99, 203, 0, 3, 5, -7, 4, -2, 105, 193, 5, 0])
  }

  @Test func `brings log-mel values to about zero mean and unit variance`() {
    var layer = Standardize()
    let y = layer.forward(Tensor([1, 2, 2, 1], values: [-5, -3, -1, 5]), mode: .inference)
    #expect(y.shape == [1, 2, 2, 1])
    #expect(y.doubles == [-1, 0, 1, 4])
  }

  @Test func `names the parameters of those within it by their place`() {
    var layer: any Layer = Sequential {
      Standardize()
      Residual(body: Sequential { Convolution(1, 1, kernel: 1) }, shortcut: Sequential { BatchNorm(1) })
      Concatenation {
        Bias(1)
        Sequential { Linear(1, 1) }
      }
    }
    var names: [String] = []
    layer.visit("s") { name, _ in names.append(name) }
    #expect(
      names == [
        "s.1.body.0.weight", "s.1.shortcut.0.scale", "s.1.shortcut.0.shift", "s.1.shortcut.0.mean",
        "s.1.shortcut.0.variance", "s.2.branch0.bias", "s.2.branch1.0.weight", "s.2.branch1.0.bias",
      ])
  }
}
