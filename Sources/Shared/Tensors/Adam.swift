import Glibc
internal import Kernels

/// Adam (Kingma and Ba 2015) as TensorFlow computes it, with the "epsilon hat" of the paper's section 2.
public struct Adam: Codable, Equatable, Sendable {
  public var beta1: Float = 0.9
  public var beta2: Float = 0.999
  public var epsilon: Float = 1e-8

  public init(beta1: Float = 0.9, beta2: Float = 0.999, epsilon: Float = 1e-8) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// Changes the weights and both moments by one gradient, in one pass (`antiphon_adam`) on the threads of the pool.
  ///
  /// - Parameters:
  ///   - range: Which of the weights; all by default.
  ///   - gradient: As many values as the range has.
  ///   - step: The number of this update, from 1.
  ///   - learningRate: The step size α.
  public func update(
    _ weights: inout Tensor, firstMoments: inout Tensor, secondMoments: inout Tensor, in range: Range<Int>? = nil,
    gradient: Span<Float>, step: Int, learningRate: Float
  ) {
    let count = weights.count
    let range = range ?? 0..<count
    precondition(step > 0, "Adam counts its steps from 1")
    precondition(firstMoments.count == count && secondMoments.count == count, "moments as the weights")
    precondition(gradient.count == range.count && 0 <= range.lowerBound && range.upperBound <= count)
    let correction = sqrt(1 - pow(Double(beta2), Double(step))) / (1 - pow(Double(beta1), Double(step)))
    let rate = Float(Double(learningRate) * correction)
    let blocks = Tensor.blocks(of: range.count, atLeast: 1 << 15, atMost: .max)
    unsafe weights.withMutablePointer { w in
      unsafe firstMoments.withMutablePointer { m in
        unsafe secondMoments.withMutablePointer { v in
          unsafe gradient.withUnsafeBufferPointer { buffer in
            guard let base = buffer.baseAddress else { return }
            let g = unsafe Pointer(base: UnsafeMutablePointer(mutating: base))
            ThreadPool.current.run(blocks.count) { index in
              let offset = blocks[index].lowerBound
              let first = range.lowerBound + offset
              unsafe antiphon_adam(
                w + first, m + first, v + first, g + offset, blocks[index].count, rate, beta1, beta2, epsilon)
            }
          }
        }
      }
    }
  }
}
