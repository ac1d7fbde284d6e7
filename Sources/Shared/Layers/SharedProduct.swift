import Tensors

/// The convolutions of one pixel that several branches over the same input begin with, computed as one: the input is
/// read once for all of them, and its gradient written once.
struct SharedProduct: Sendable {
  /// Which branches begin with one, and the channels of each among all.
  let heads: [(branch: Int, channels: Range<Int>)]
  /// All of their outputs; zero where it is not worth it.
  let width: Int
  private var x: Features?

  private static let kind = "1x1 convolution, shared"

  /// - Parameter outputs: For each branch the outputs of the convolution that it begins with, if it does.
  init(_ outputs: [Int?]) {
    var first = 0
    var heads: [(branch: Int, channels: Range<Int>)] = []
    // The first branch's comes last: if that is all of the branch, it is where the concatenation begins.
    for branch in outputs.indices.reversed() {
      guard let count = outputs[branch] else { continue }
      heads.append((branch, first..<first + count))
      first += count
    }
    self.heads = heads.count > 1 ? heads : []
    width = heads.count > 1 ? first : 0
  }

  /// Computes all outputs into `maps`, and hands each convolution its own.
  mutating func forward(_ x: Features, mode: Mode, into maps: FeatureMaps, _ branches: inout [any Layer]) {
    guard width > 0 else { return }
    self.x = mode.isTraining ? x : nil
    let weights = weights(of: &branches, depth: x.maps.channels)
    let y = LayerTimes.timing(Self.kind, \.forward) {
      operation(on: x).forward(x, weights: weights, into: maps, takesMoments: mode.isTraining)
    }
    for head in heads { branches[head.branch].visitHead { $0.sharedOutput = y[head.channels] } }
  }

  /// The gradient of the input, from those that arrived at the convolutions, which get those of their weights.
  mutating func backward(
    onto gradient: Features?, needsInput: Bool, _ branches: inout [any Layer]
  ) -> Features? {
    guard width > 0 else { return gradient }
    let x = x.takeKept()
    let slopes = FeatureMaps(uninitialized: x.maps.batch, x.maps.height, x.maps.width, channels: width)
    for head in heads {
      branches[head.branch].visitHead {
        _ = $0.sharedSlope.takeKept().materialized(into: slopes[head.channels])
      }
    }
    let weights = weights(of: &branches, depth: x.maps.channels)
    let gradients = LayerTimes.timing(Self.kind, \.backward) {
      operation(on: x).backward(Features(slopes), x: x, weights: weights, onto: gradient, needsInput: needsInput)
    }
    let all = FeatureMaps(gradients.weights)
    for head in heads {
      branches[head.branch].visitHead { $0.w.gradient = all[head.channels].tensor.reshaped($0.w.value.shape) }
    }
    return gradients.input
  }

  /// The weights of all, `[inputs, outputs]`, beside each other.
  private func weights(of branches: inout [any Layer], depth: Int) -> Tensor {
    let all = FeatureMaps(uninitialized: depth, 1, 1, channels: width)
    for head in heads {
      branches[head.branch].visitHead { _ = Features($0.w.value).materialized(into: all[head.channels]) }
    }
    return all.tensor.reshaped([depth, width])
  }

  private func operation(on x: Features) -> ConvolutionOperation {
    ConvolutionOperation(
      Window(
        over: x.maps.size, channels: x.maps.channels, kernel: .init(1, 1), stride: .init(1, 1), padding: .valid),
      filters: width)
  }
}
