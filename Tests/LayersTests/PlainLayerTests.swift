import Layers
import Tensors
import Testing

@Suite struct `A layer without parameters` {
  @Test func `takes the mean over an image`() {
    var layer = GlobalAveragePool()
    let x = Tensor([2, 1, 2, 2], values: [1, 10, 3, 30, 5, 50, 6, 70])
    #expect(layer.forward(x, mode: .inference).doubles == [2, 20, 5.5, 60])
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
    }
    var names: [String] = []
    layer.visit("s") { name, _ in names.append(name) }
    #expect(
      names == [
        "s.1.body.0.weight", "s.1.shortcut.0.scale", "s.1.shortcut.0.shift", "s.1.shortcut.0.mean",
        "s.1.shortcut.0.variance",
      ])
  }
}
