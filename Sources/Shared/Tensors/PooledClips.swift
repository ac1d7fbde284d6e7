internal import Kernels

/// How the vectors of a clip are brought together, by channel.
public enum ClipPooling: Sendable {
  case mean
  case largest
  /// The mean by weights that are there for each vector and channel.
  case attention

  fileprivate var raw: antiphon_pooling {
    switch self {
    case .mean: ANTIPHON_MEAN
    case .largest: ANTIPHON_LARGEST
    case .attention: ANTIPHON_ATTENTION
    }
  }
}

/// The vectors of clips brought together: from `[clips, vectors, 1, channels]` to `[clips, channels]`, with what the
/// gradient needs.
public struct PooledClips: Sendable {
  public private(set) var output: Tensor
  private var values: Tensor
  /// What the weights were made of, then the weights.
  private var gates: Tensor
  /// By clip and channel the sum of the weights, or the place of the largest value.
  private var kept: Tensor
  private let pooling: ClipPooling
  private let areProbabilities: Bool
  private let lengths: [Int]?

  /// - Parameters:
  ///   - gates: As many, of which the weights of attention are the logistic function; nothing for other poolings.
  ///   - areProbabilities: Whether it is the logistic function of the values that is brought together.
  ///   - lengths: How many vectors each clip has, the first ones; `nil` where they are all there.
  public init(
    _ values: Tensor, gates: Tensor, by pooling: ClipPooling, areProbabilities: Bool,
    lengths: [Int]?
  ) {
    let shape = values.shape
    precondition(shape.count == 4 && shape[2] == 1 && shape[1] > 0, "vectors of clips, not \(shape)")
    precondition(lengths?.allSatisfy((1...shape[1]).contains) ?? true, "lengths of 1 to \(shape[1]) vectors")
    precondition(lengths?.count ?? shape[0] == shape[0], "a length for each clip")
    precondition(pooling != .attention || gates.count == values.count, "a weight for each value")
    output = Tensor(uninitialized: [shape[0], shape[3]])
    kept = Tensor(uninitialized: [shape[0], shape[3]])
    self.values = values
    self.gates = gates
    self.pooling = pooling
    self.areProbabilities = areProbabilities
    self.lengths = lengths
    pool()
  }

  private mutating func pool() {
    let (rows, channels) = (values.shape[1], values.shape[3])
    let (clips, lengths, raw, areProbabilities) = (values.shape[0], lengths, pooling.raw, areProbabilities)
    let stride = pooling == .attention ? rows * channels : 0
    unsafe output.withMutablePointer { output in
      unsafe kept.withMutablePointer { kept in
        unsafe values.withMutablePointer { values in
          unsafe gates.withMutablePointer { gates in
            ThreadPool.current.run(clips) { clip in
              unsafe antiphon_pool_clip(
                output + clip * channels, kept + clip * channels, values + clip * rows * channels,
                gates + clip * stride, lengths?[clip] ?? rows, channels, raw, areProbabilities ? 1 : 0)
            }
          }
        }
      }
    }
  }

  /// The gradients of the values as they came, and of the gates; those of vectors that a clip does not have are 0.
  ///
  /// - Parameter slopes: The gradient of the output.
  public consuming func backward(_ slopes: Tensor) -> (values: Tensor, gates: Tensor) {
    let (rows, channels) = (values.shape[1], values.shape[3])
    let (clips, lengths, raw, areProbabilities) = (values.shape[0], lengths, pooling.raw, areProbabilities)
    let stride = pooling == .attention ? rows * channels : 0
    precondition(slopes.count == clips * channels, "a gradient of \(slopes.shape) for \(output.shape)")
    var gradient = Tensor(uninitialized: values.shape)
    var gates = Tensor([0])
    swap(&gates, &self.gates)  // so that it has one owner, and is not copied to be written to
    unsafe gradient.withMutablePointer { gradient in
      unsafe gates.withMutablePointer { gates in
        unsafe values.withPointer { values in
          unsafe slopes.withPointer { slopes in
            unsafe output.withPointer { output in
              unsafe kept.withPointer { kept in
                ThreadPool.current.run(clips) { clip in
                  let (first, row) = (clip * rows * channels, clip * channels)
                  unsafe antiphon_pool_clip_backward(
                    gradient + first, gates + clip * stride, values + first, slopes + row, output + row, kept + row,
                    lengths?[clip] ?? rows, rows, channels, raw, areProbabilities ? 1 : 0)
                }
              }
            }
          }
        }
      }
    }
    return (gradient, gates)
  }
}
