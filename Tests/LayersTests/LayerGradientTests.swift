import Layers
import Tensors
import Testing

@Suite struct `The backward pass` {
  /// A layer, and the shape of its input.
  struct Case: CustomTestStringConvertible, Sendable {
    let name: String
    let layer: any Layer
    let input: [Int]
    /// How many parameters have a gradient.
    let weights: Int
    var testDescription: String { name }
  }

  static let cases = [
    Case(name: "Linear", layer: Linear(7, 5), input: [3, 7], weights: 2),
    Case(name: "Linear, batch 1", layer: Linear(3, 4, isOutput: true), input: [1, 3], weights: 2),
    Case(name: "Convolution", layer: Convolution(2, 3, kernel: 3), input: [2, 4, 5, 2], weights: 1),
    Case(name: "Convolution, 1x1", layer: Convolution(3, 4, kernel: 1), input: [2, 3, 2, 3], weights: 1),
    Case(
      name: "Convolution, strided", layer: Convolution(2, 3, kernel: 3, stride: 2), input: [2, 5, 4, 2], weights: 1),
    Case(
      name: "Convolution, VALID", layer: Convolution(1, 2, kernel: 3, stride: 2, padding: .valid),
      input: [2, 7, 6, 1], weights: 1),
    Case(
      name: "Convolution, 1x7", layer: Convolution(2, 2, kernel: .init(1, 7), stride: .init(1, 2)),
      input: [1, 2, 5, 2], weights: 1),
    Case(name: "BatchNorm", layer: BatchNorm(3), input: [2, 2, 3, 3], weights: 2),
    Case(name: "BatchNorm of vectors", layer: BatchNorm(4), input: [6, 4], weights: 2),
    // The rectification is done by the layer that reads next.
    Case(
      name: "ReLU",
      layer: Sequential {
        ReLU()
        Flatten()
      }, input: [4, 9], weights: 0),
    Case(name: "MaxPool", layer: MaxPool(kernel: 3, stride: 2), input: [2, 5, 6, 2], weights: 0),
    Case(
      name: "MaxPool, VALID", layer: MaxPool(kernel: 2, stride: 1, padding: .valid), input: [1, 4, 5, 3], weights: 0),
    Case(name: "AveragePool", layer: AveragePool(kernel: 3), input: [2, 4, 5, 2], weights: 0),
    Case(
      name: "AveragePool, narrower than its window", layer: AveragePool(kernel: 5), input: [2, 1, 3, 2], weights: 0),
    Case(name: "Bias", layer: Bias(3), input: [2, 3, 4, 3], weights: 1),
    Case(
      name: "Concatenation",
      layer: Concatenation {
        Convolution(2, 3, kernel: 1, stride: 2)
        Sequential {
          Convolution(2, 1, kernel: 3)
          Concatenation {
            MaxPool(kernel: 3, stride: 2)
            Convolution(1, 2, kernel: .init(1, 3), stride: .init(2, 2))
          }
        }
        MaxPool(kernel: 2, stride: 2)
      }, input: [2, 5, 4, 2], weights: 3),
    Case(
      name: "Concatenation of vectors",
      layer: Concatenation {
        Linear(3, 2)
        ReLU()
      }, input: [4, 3], weights: 2),
    Case(name: "GlobalAveragePool", layer: GlobalAveragePool(), input: [2, 3, 4, 5], weights: 0),
    Case(name: "Flatten", layer: Flatten(), input: [2, 3, 2, 2], weights: 0),
    Case(name: "Dropout", layer: Dropout(0.5, name: "a"), input: [4, 9], weights: 0),
    Case(
      name: "Dropout of what is rectified",
      layer: Sequential {
        Convolution(2, 4, kernel: 1)
        BatchNorm(4)
        ReLU()
        Dropout(0.3, name: "a")
        Convolution(4, 2, kernel: 1)
      }, input: [3, 5, 1, 2], weights: 4),
    Case(
      name: "ClipPool, mean of features", layer: ClipPool(3, 4, of: .features, by: .mean), input: [2, 5, 1, 3],
      weights: 2),
    Case(
      name: "ClipPool, largest", layer: ClipPool(3, 4, of: .probabilities, by: .largest), input: [2, 5, 1, 3],
      weights: 2),
    Case(
      name: "ClipPool, attention of features", layer: ClipPool(3, 4, of: .features, by: .attention),
      input: [2, 5, 1, 3], weights: 4),
    Case(
      name: "ClipPool, attention of probabilities, and logits",
      layer: Sequential {
        ClipPool(3, 4, of: .probabilities, by: .attention)
        Logit()
      }, input: [2, 5, 1, 3], weights: 4),
    Case(
      name: "ClipPool of what is rectified, at two levels",
      layer: Sequential {
        Convolution(3, 5, kernel: 1)
        BatchNorm(5)
        ReLU()
        Concatenation {
          ClipPool(5, 2, of: .features, by: .attention)
          Sequential {
            Convolution(5, 4, kernel: 1)
            BatchNorm(4)
            ReLU()
            ClipPool(4, 2, of: .features, by: .attention)
          }
        }
        Linear(4, 2)
      }, input: [3, 4, 1, 3], weights: 16),
    Case(
      name: "SecondOrderPool", layer: SecondOrderPool(4, rank: 3), input: [3, 5, 1, 4], weights: 1),
    Case(name: "Standardize", layer: Standardize(), input: [2, 3, 2, 1], weights: 0),
    Case(name: "Sequential, empty", layer: Sequential {}, input: [2, 3], weights: 0),
    Case(
      name: "Sequential",
      layer: Sequential {
        Convolution(1, 3, kernel: 3)
        BatchNorm(3)
        ReLU()
        Flatten()
        Linear(36, 2)
      }, input: [3, 4, 3, 1], weights: 5),
    Case(
      name: "Residual, identity",
      layer: Residual(
        body: Sequential {
          Convolution(2, 2, kernel: 3)
          BatchNorm(2)
        }, shortcut: Sequential {}), input: [2, 3, 3, 2], weights: 3),
    Case(
      name: "Residual, identity, of two convolutions",
      layer: Residual(
        body: Sequential {
          Convolution(2, 3, kernel: 1)
          BatchNorm(3)
          ReLU()
          Convolution(3, 2, kernel: 3)
          BatchNorm(2)
        }, shortcut: Sequential {}), input: [2, 3, 3, 2], weights: 6),
    Case(
      name: "Residual, pre-activated, with a pool as shortcut",
      layer: Residual(
        body: Sequential {
          BatchNorm(2)
          ReLU()
          Convolution(2, 2, kernel: 3)
        }, shortcut: Sequential { AveragePool(kernel: 3) }), input: [2, 4, 3, 2], weights: 3),
    Case(
      name: "Residual, of biased convolutions",
      layer: Residual(
        body: Sequential {
          Convolution(2, 2, kernel: 3)
          ReLU()
          Bias(2)
        }, shortcut: Sequential { Convolution(2, 2, kernel: 1) }), input: [2, 4, 3, 2], weights: 3),
    Case(
      name: "Concatenation, of a norm and pools",
      layer: Concatenation {
        Sequential {
          BatchNorm(2)
          ReLU()
          Convolution(2, 3, kernel: 1)
        }
        MaxPool(kernel: 3, stride: 1)
        Convolution(2, 2, kernel: 3)
      }, input: [2, 4, 3, 2], weights: 4),
    Case(
      name: "Concatenation, of convolutions of a pixel",
      layer: Sequential {
        BatchNorm(3)
        ReLU()
        Concatenation {
          Convolution(3, 4, kernel: 1)
          Sequential {
            Convolution(3, 2, kernel: 1)
            AveragePool(kernel: 3)
            BatchNorm(2)
          }
          Sequential {
            Convolution(3, 2, kernel: 1)
            BatchNorm(2)
            ReLU()
            Convolution(2, 3, kernel: 3)
          }
          MaxPool(kernel: 3, stride: 1)
        }
      }, input: [2, 4, 3, 3], weights: 10),
    Case(
      name: "Residual, of a residual",
      layer: Residual(
        body: Sequential {
          Residual(
            body: Sequential {
              Convolution(2, 2, kernel: 3)
              BatchNorm(2)
            }, shortcut: Sequential {})
        }, shortcut: Sequential {}), input: [2, 3, 3, 2], weights: 3),
    Case(
      name: "Pools and norms without convolutions",
      layer: Sequential {
        BatchNorm(3)
        ReLU()
        MaxPool(kernel: 3, stride: 2)
        BatchNorm(3)
        AveragePool(kernel: 3)
        ReLU()
        BatchNorm(3)
        GlobalAveragePool()
      }, input: [4, 7, 6, 3], weights: 6),
    Case(
      name: "Residual, shortcut",
      layer: Residual(
        body: Sequential {
          Convolution(2, 3, kernel: 1, stride: 2)
          BatchNorm(3)
        },
        shortcut: Sequential {
          Convolution(2, 3, kernel: 1, stride: 2)
          BatchNorm(3)
        }), input: [2, 5, 4, 2], weights: 6),
  ]

  @Test(arguments: cases) func `agrees with finite differences`(_ test: Case) {
    let check = GradientCheck(test.layer, Tensor.random(test.input, seed: 5))
    #expect(check.errors.count == test.weights + 1)
    #expect(check.largest < 1e-2, "\(check.errors)")
  }

  @Test(arguments: cases) func `finds the same for the parameters where the input is data`(_ test: Case) {
    var layers = [test.layer, test.layer]
    let x = Tensor.random(test.input, seed: 5)
    var gradients: [[[Double]]] = [[], []]
    for index in layers.indices {
      layers[index].visit("") { $1.value = Tensor.random($1.value.shape, seed: 3) }
      let dy = Tensor.random(layers[index].forward(x, mode: .training).shape, seed: 4)
      if index == 0 { _ = layers[index].backward(dy) } else { layers[index].backwardToParameters(dy) }
      layers[index].visit("") { gradients[index].append($1.gradient.doubles) }
    }
    #expect(gradients[0] == gradients[1])
  }

  @Test func `replaces the gradients of the pass before`() {
    var layer = Linear(3, 2)
    let (x, dy) = (Tensor.random([2, 3], seed: 1), Tensor.random([2, 2], seed: 2))
    var gradients: [[Double]] = []
    for _ in 0..<2 {
      _ = layer.forward(x, mode: .training)
      _ = layer.backward(dy)
      layer.visit("") { gradients.append($1.gradient.doubles) }
    }
    #expect(gradients[0] == gradients[2])
    #expect(gradients[1] == gradients[3])
  }

  @Test func `of a copied layer is its own`() {
    var first: any Layer = Sequential {
      Linear(3, 2)
      ReLU()
    }
    first.visit("") { $1.value = Tensor.random($1.value.shape, seed: 3) }
    let x = Tensor.random([2, 3], seed: 1)
    let y = first.forward(x, mode: .training).doubles
    var second = first
    second.visit("") { $1.value.scale(by: -2) }
    _ = second.forward(Tensor.random([5, 3], seed: 2), mode: .training)
    #expect(first.backward(Tensor.random([2, 2], seed: 4)).shape == [2, 3])
    #expect(first.forward(x, mode: .inference).doubles == y)
  }

  @Test func `of what is not a number is not a number either`() {
    var layer: any Layer = Sequential {
      Convolution(1, 2, kernel: 3)
      BatchNorm(2)
      ReLU()
      MaxPool(kernel: 2, stride: 2)
      Flatten()
      Linear(8, 2)
      ReLU()
      Linear(2, 1)
    }
    layer.visit("") { $1.value = Tensor.random($1.value.shape, seed: 3) }
    layer.visit("l") { if $0 == "l.0.weight" { $1.value.scale(by: .nan) } }
    let y = layer.forward(Tensor.random([2, 4, 4, 1], seed: 1), mode: .training)
    #expect(y.doubles.filter(\.isNaN).count == y.count)
    _ = layer.backward(y)
    var gradient: [Double] = []
    layer.visit("l") { if $0 == "l.0.weight" { gradient = $1.gradient.doubles } }
    #expect(gradient.filter(\.isNaN).count == 18)
  }

  @Test func `before a forward pass in training is our own mistake`() async {
    await #expect(processExitsWith: .failure) {
      var layer = Linear(3, 2)
      _ = layer.forward(Tensor([1, 3]), mode: .training)
      _ = layer.forward(Tensor([1, 3]), mode: .inference)
      _ = layer.backward(Tensor([1, 2]))
    }
  }
}
