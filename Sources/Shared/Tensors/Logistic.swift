internal import Kernels

/// The logistic function of logits `z`, and the loss of independent labels that belongs to it.
extension Tensor {
  /// `1 / (1 + e^-z)` of each value.
  public func logistic() -> Tensor {
    var result = Tensor(uninitialized: shape)
    unsafe withPointer { z in
      unsafe result.inBlocks(of: 1) { y, first, count in unsafe antiphon_logistic(y, z + first, count) }
    }
    return result
  }

  /// The sum of `max(z, 0) - z · t + ln(1 + e^-|z|)` over all values, and `scale` times its gradient, `σ(z) - t`.
  public func logisticLoss(targets: Tensor, scale: Float) -> (sum: Double, gradient: Tensor) {
    unsafe loss(targets: targets) { slopes, logits, targets, count in
      unsafe antiphon_logistic_loss(slopes, logits, targets, count, scale)
    }
  }

  /// The sum of the losses that a kernel finds for blocks of logits, on the threads of the pool, and the gradient.
  func loss(
    targets: Tensor,
    _ body: @Sendable (UnsafeMutablePointer<Float>, UnsafePointer<Float>, UnsafePointer<Float>, Int) -> Double
  ) -> (sum: Double, gradient: Tensor) {
    precondition(count == targets.count, "logits of \(shape) for targets of \(targets.shape)")
    var gradient = Tensor(uninitialized: shape)
    let blocks = Self.blocks(of: count, atLeast: 4096, atMost: 64)
    let losses = Buffer<Double>(count: blocks.count)
    unsafe withPointer { z in
      unsafe targets.withPointer { t in
        unsafe gradient.withMutablePointer { slope in
          ThreadPool.current.run(blocks.count) { index in
            let first = blocks[index].lowerBound
            unsafe (losses + index).pointee = body(slope + first, z + first, t + first, blocks[index].count)
          }
        }
      }
    }
    return (blocks.indices.reduce(0) { $0 + losses[$1] }, gradient)
  }
}
