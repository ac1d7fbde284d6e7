internal import Kernels

extension Tensor {
  /// The backward pass of batch normalisation, `y = (x - mean) · inverseDeviation · scale + shift` by channel, where
  /// mean and deviation are those of `x` itself (Ioffe and Szegedy 2015, section 3).
  ///
  /// - Parameters:
  ///   - x: The layer's input; `self` is the gradient of its output.
  ///   - scale: γ.
  /// - Returns: The gradients of x, of γ and of the shift β.
  public func batchNormBackward(
    x: Tensor, mean: Tensor, inverseDeviation: Tensor, scale: Tensor
  ) -> (dx: Tensor, dScale: Tensor, dShift: Tensor) {
    let channels = mean.count
    precondition(count == x.count, "a gradient of \(shape) for an input of \(x.shape)")
    let sums = unsafe x.withPointer { x in
      unsafe mean.withPointer { mean in
        unsafe inverseDeviation.withPointer { inverse in
          unsafe reduceRows(channels, sums: 2) { target, dy, first, rows in
            unsafe antiphon_batch_norm_sums(
              target, target + channels, dy, x + first, mean + 0, inverse + 0, rows, channels)
          }
        }
      }
    }
    let rows = Float(count / channels)
    let (sum, inverse, gamma) = (sums.values, inverseDeviation.values, scale.values)
    func perChannel(_ value: (Int) -> Float) -> Tensor { Tensor([channels], values: (0..<channels).map(value)) }
    let dShift = perChannel { sum[$0] }
    let dScale = perChannel { sum[channels + $0] }
    let factor = perChannel { gamma[$0] * inverse[$0] }
    let a = perChannel { sum[$0] / rows }
    let b = perChannel { sum[channels + $0] / rows * inverse[$0] }
    let dx = inputGradient(x: x, mean: mean, factor: factor, a, b)
    return (dx, dScale, dShift)
  }

  private func inputGradient(x: Tensor, mean: Tensor, factor: Tensor, _ a: Tensor, _ b: Tensor) -> Tensor {
    let channels = mean.count
    var dx = Tensor(uninitialized: shape)
    unsafe withPointer { dy in
      unsafe x.withPointer { x in
        unsafe mean.withPointer { mean in
          unsafe factor.withPointer { factor in
            unsafe a.withPointer { a in
              unsafe b.withPointer { b in
                unsafe dx.inBlocks(of: channels) { dx, first, rows in
                  unsafe antiphon_batch_norm_backward(
                    dx, dy + first, x + first, mean + 0, factor + 0, a + 0, b + 0, rows, channels)
                }
              }
            }
          }
        }
      }
    }
    return dx
  }
}
