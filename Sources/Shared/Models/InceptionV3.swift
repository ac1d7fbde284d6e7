import Layers
import Tensors

/// The paper's Inception V3 (Szegedy et al. 2016), without "the first four layers of the stem, up to and including the
/// MaxPool", and without the auxiliary network; the last average pooling is 10 x 6. So the fifth layer, a 1 x 1 convolution,
/// reads the patch. Modules have the names of TensorFlow's `inception_v3.py`, which counts from 5.
///
/// The first 3 x 3 convolution, on maps of 94 x 62, has 0.81 of our 5.44 billion multiplies; the paper says 4.7 in all. No
/// literal reading of its text gives that; the weights are as many as it says, and so is the size of the last maps.
func inceptionV3(_ wide: Width, _ classifier: Classifier) -> [Stage] {
  let mixed5 = wide(64, 64, 96, 64)  // 288 channels
  let mixed6a = wide(384, 96) + mixed5  // 768
  let mixed6 = wide(192, 192, 192, 192)  // 768
  let mixed7a = wide(320, 192) + mixed6  // 1280
  let mixed7 = wide(320, 384, 384, 384, 384, 192)  // 2048
  let modules = InceptionModules(wide: wide)
  return [
    Stage("stem") {
      Standardize()
      normalizedConvolution(1, wide(80), kernel: 1)
      normalizedConvolution(wide(80), wide(192), kernel: 3, padding: .valid)
      MaxPool(kernel: 3, stride: 2, padding: .valid)
    },
    Stage("mixed5b") { modules.mixed5(wide(192), pooled: 32) },
    Stage("mixed5c") { modules.mixed5(wide(64, 64, 96, 32), pooled: 64) },
    Stage("mixed5d") { modules.mixed5(mixed5, pooled: 64) },
    Stage("mixed6a") { modules.mixed6a(mixed5) },
    Stage("mixed6b") { modules.mixed6(mixed6a, between: 128) },
    Stage("mixed6c") { modules.mixed6(mixed6, between: 160) },
    Stage("mixed6d") { modules.mixed6(mixed6, between: 160) },
    Stage("mixed6e") { modules.mixed6(mixed6, between: 192) },
    Stage("mixed7a") { modules.mixed7a(mixed6) },
    Stage("mixed7b") { modules.mixed7(mixed7a) },
    Stage("mixed7c") { modules.mixed7(mixed7) },
    Stage("head") {
      GlobalAveragePool()
      classifier(mixed7)
    },
  ]
}

/// The kinds of modules, each a concatenation of branches over the same `inputs` channels.
private struct InceptionModules {
  let wide: Width

  /// Figure 5, but with one 5 x 5 convolution in the second branch, as released.
  func mixed5(_ inputs: Int, pooled: Int) -> Concatenation {
    Concatenation {
      normalizedConvolution(inputs, wide(64), kernel: 1)
      Sequential {
        normalizedConvolution(inputs, wide(48), kernel: 1)
        normalizedConvolution(wide(48), wide(64), kernel: 5)
      }
      Sequential {
        normalizedConvolution(inputs, wide(64), kernel: 1)
        normalizedConvolution(wide(64), wide(96), kernel: 3)
        normalizedConvolution(wide(96), wide(96), kernel: 3)
      }
      pooledConvolution(inputs, wide(pooled))
    }
  }

  /// Figure 10: the maps become smaller by half.
  func mixed6a(_ inputs: Int) -> Concatenation {
    Concatenation {
      normalizedConvolution(inputs, wide(384), kernel: 3, stride: 2, padding: .valid)
      Sequential {
        normalizedConvolution(inputs, wide(64), kernel: 1)
        normalizedConvolution(wide(64), wide(96), kernel: 3)
        normalizedConvolution(wide(96), wide(96), kernel: 3, stride: 2, padding: .valid)
      }
      MaxPool(kernel: 3, stride: 2, padding: .valid)
    }
  }

  /// Figure 6, with n = 7.
  func mixed6(_ inputs: Int, between: Int) -> Concatenation {
    let between = wide(between)
    return Concatenation {
      normalizedConvolution(inputs, wide(192), kernel: 1)
      Sequential {
        normalizedConvolution(inputs, between, kernel: 1)
        normalizedConvolution(between, between, kernel: .init(1, 7))
        normalizedConvolution(between, wide(192), kernel: .init(7, 1))
      }
      Sequential {
        normalizedConvolution(inputs, between, kernel: 1)
        normalizedConvolution(between, between, kernel: .init(7, 1))
        normalizedConvolution(between, between, kernel: .init(1, 7))
        normalizedConvolution(between, between, kernel: .init(7, 1))
        normalizedConvolution(between, wide(192), kernel: .init(1, 7))
      }
      pooledConvolution(inputs, wide(192))
    }
  }

  /// As figure 10, with 1 x 7 and 7 x 1 convolutions in the second branch, as released.
  func mixed7a(_ inputs: Int) -> Concatenation {
    Concatenation {
      Sequential {
        normalizedConvolution(inputs, wide(192), kernel: 1)
        normalizedConvolution(wide(192), wide(320), kernel: 3, stride: 2, padding: .valid)
      }
      Sequential {
        normalizedConvolution(inputs, wide(192), kernel: 1)
        normalizedConvolution(wide(192), wide(192), kernel: .init(1, 7))
        normalizedConvolution(wide(192), wide(192), kernel: .init(7, 1))
        normalizedConvolution(wide(192), wide(192), kernel: 3, stride: 2, padding: .valid)
      }
      MaxPool(kernel: 3, stride: 2, padding: .valid)
    }
  }

  /// Figure 7: two branches divide in two at their ends.
  func mixed7(_ inputs: Int) -> Concatenation {
    Concatenation {
      normalizedConvolution(inputs, wide(320), kernel: 1)
      Sequential {
        normalizedConvolution(inputs, wide(384), kernel: 1)
        rowsAndColumns()
      }
      Sequential {
        normalizedConvolution(inputs, wide(448), kernel: 1)
        normalizedConvolution(wide(448), wide(384), kernel: 3)
        rowsAndColumns()
      }
      pooledConvolution(inputs, wide(192))
    }
  }

  /// A 3 x 3 average pooling and a 1 x 1 convolution. One mixes pixels, the other channels, so they may change places:
  /// then there are fewer channels to pool, and the convolution is one product with those of the other branches.
  private func pooledConvolution(_ inputs: Int, _ outputs: Int) -> Sequential {
    Sequential {
      Convolution(inputs, outputs, kernel: 1)
      AveragePool(kernel: 3)
      BatchNorm(outputs)
      ReLU()
    }
  }

  private func rowsAndColumns() -> Concatenation {
    Concatenation {
      normalizedConvolution(wide(384), wide(384), kernel: .init(1, 3))
      normalizedConvolution(wide(384), wide(384), kernel: .init(3, 1))
    }
  }
}
