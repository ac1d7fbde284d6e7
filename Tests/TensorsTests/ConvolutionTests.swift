import Tensors
import Testing

@Suite struct `A convolution` {
  static let cases = [
    SlowConvolution(height: 5, width: 4, channels: 1, filters: 1, kernel: (3, 3)),
    SlowConvolution(batch: 2, height: 7, width: 5, channels: 3, filters: 5, kernel: (3, 3), stride: (2, 2)),
    SlowConvolution(batch: 5, height: 6, width: 9, channels: 3, filters: 2, kernel: (3, 3), stride: (2, 2)),
    SlowConvolution(height: 5, width: 5, channels: 17, filters: 3, kernel: (3, 3)),
    SlowConvolution(batch: 3, height: 9, width: 13, channels: 16, filters: 35, kernel: (3, 3)),
    SlowConvolution(batch: 2, height: 9, width: 8, channels: 5, filters: 18, kernel: (3, 3), padding: .valid),
    SlowConvolution(batch: 2, height: 2, width: 3, channels: 3, filters: 4, kernel: (5, 5)),
    SlowConvolution(batch: 2, height: 11, width: 9, channels: 19, filters: 16, kernel: (5, 5)),
    SlowConvolution(height: 1, width: 1, channels: 3, filters: 17, kernel: (7, 7)),
    SlowConvolution(height: 1, width: 1, channels: 20, filters: 17, kernel: (3, 3)),
    SlowConvolution(batch: 2, height: 4, width: 9, channels: 3, filters: 4, kernel: (1, 7)),
    SlowConvolution(batch: 2, height: 9, width: 4, channels: 17, filters: 20, kernel: (7, 1)),
    SlowConvolution(batch: 2, height: 5, width: 7, channels: 33, filters: 2, kernel: (1, 3)),
    SlowConvolution(batch: 2, height: 6, width: 3, channels: 2, filters: 33, kernel: (3, 1)),
    SlowConvolution(batch: 3, height: 7, width: 5, channels: 3, filters: 4, kernel: (3, 2), padding: .valid),
    SlowConvolution(
      batch: 2, height: 8, width: 6, channels: 1, filters: 3, kernel: (3, 3), stride: (2, 3), padding: .valid),
    SlowConvolution(height: 7, width: 7, channels: 3, filters: 2, kernel: (7, 7), padding: .valid),
    SlowConvolution(batch: 2, height: 5, width: 7, channels: 17, filters: 3, kernel: (1, 1)),
    SlowConvolution(batch: 2, height: 5, width: 7, channels: 3, filters: 17, kernel: (1, 1), stride: (2, 2)),
    SlowConvolution(batch: 9, height: 4, width: 4, channels: 3, filters: 2, kernel: (2, 2), stride: (3, 1)),
    // More images than fit the cache at once, and more columns than rows.
    SlowConvolution(batch: 65, height: 9, width: 7, channels: 2, filters: 3, kernel: (1, 1)),
    SlowConvolution(batch: 2, height: 3, width: 3, channels: 260, filters: 513, kernel: (1, 1)),
    SlowConvolution(batch: 3, height: 22, width: 14, channels: 130, filters: 16, kernel: (3, 3)),
  ]

  static let variants = cases.flatMap { slow in
    slow.methods.map { ConvolutionVariant(slow: slow, method: $0) }
  }

  @Test(arguments: variants, [1, 3])
  func `and its gradients are those of the definition, by every method`(_ variant: ConvolutionVariant, threads: Int) {
    let (slow, operation) = (variant.slow, variant.operation)
    let images = Tensor.random(slow.imagesShape, seed: 1)
    let weights = Tensor.random(slow.weightsShape, seed: 2)
    let dy = Tensor.random(slow.outputShape, seed: 3)
    ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
      let output = operation.forward(Features(images), weights: weights).tensor
      #expect(output.shape == slow.outputShape)
      #expect(output.relativeError(against: slow.output(images.doubles, weights.doubles)) < 1e-5)
      let (dw, dx) = operation.backward(Features(dy), x: Features(images), weights: weights, onto: nil)
      #expect(dw.shape == slow.weightsShape)
      #expect(dw.relativeError(against: slow.weightGradient(images.doubles, dy.doubles)) < 1e-5)
      #expect(dx!.tensor.shape == slow.imagesShape)
      #expect(dx!.tensor.relativeError(against: slow.inputGradient(weights.doubles, dy.doubles)) < 1e-5)
    }
  }

  /// What is pending for the input and for the gradient is done on the way, channels of wider maps are read and
  /// written where they are, and the sums are taken: as if each were a step of its own.
  @Test(arguments: variants)
  func `does what is pending as it reads, and takes its sums`(_ variant: ConvolutionVariant) {
    let (slow, operation) = (variant.slow, variant.operation)
    let weights = Tensor.random(slow.weightsShape, seed: 2)
    let x = PendingSample(slow.imagesShape, seed: 4, isRectified: true)
    let dy = PendingSample(slow.outputShape, seed: 5, isRectified: false)
    let wide = FeatureMaps(Tensor.random(slow.outputShape.dropLast() + [slow.filters + 5], seed: 6))
    let output = operation.forward(
      x.features, weights: weights, into: wide[2..<2 + slow.filters], takesMoments: true)
    let expected = slow.output(x.values, weights.doubles)
    #expect(output.tensor.relativeError(against: expected) < 1e-5)
    let sums = ChannelSums.of(expected, channels: slow.filters)
    #expect(output.sums?.isClose(to: sums) == true)

    let before = Tensor.random(slow.imagesShape, seed: 7)
    let (dw, dx) = operation.backward(
      dy.features, x: x.features, weights: weights, onto: Features(FeatureMaps(before).copy()))
    #expect(dw.relativeError(against: slow.weightGradient(x.values, dy.values)) < 1e-5)
    let added = zip(before.doubles, slow.inputGradient(weights.doubles, dy.values)).map(+)
    let gated = zip(added, x.values).map { $1 > 0 ? $0 : 0 }
    #expect(dx!.tensor.relativeError(against: gated) < 1e-5)
    #expect(dx!.sums?.isClose(to: .of(gated, times: x.maps.doubles, channels: slow.channels)) == true)
  }

  @Test(arguments: [
    SlowConvolution(batch: 7, height: 9, width: 7, channels: 17, filters: 33, kernel: (3, 3)),
    SlowConvolution(batch: 7, height: 9, width: 17, channels: 33, filters: 130, kernel: (1, 1)),
    SlowConvolution(batch: 7, height: 9, width: 17, channels: 16, filters: 20, kernel: (1, 7)),
    SlowConvolution(batch: 7, height: 9, width: 17, channels: 16, filters: 20, kernel: (3, 3), stride: (2, 2)),
  ])
  func `is the same to the last bit on any number of threads`(_ slow: SlowConvolution) {
    let weights = Tensor.random(slow.weightsShape, seed: 2)
    for method in slow.methods {
      let operation = ConvolutionOperation(slow.window, filters: slow.filters, by: method)
      let results = [1, 2, 3].map { threads in
        ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
          let x = PendingSample(slow.imagesShape, seed: 4, isRectified: true).features
          let dy = PendingSample(slow.outputShape, seed: 5, isRectified: false).features
          let y = operation.forward(x, weights: weights, takesMoments: true)
          let (dw, dx) = operation.backward(dy, x: x, weights: weights, onto: nil)
          return (bits: [y.tensor.bits, dw.bits, dx!.tensor.bits], sums: [y.sums, dx!.sums])
        }
      }
      for other in results.dropFirst() {
        let isSame = other.bits == results[0].bits && other.sums == results[0].sums
        #expect(isSame, "\(method)")
      }
    }
  }

  @Test func `of TensorFlow's SAME has its odd zero behind`() {
    let halved = Window(over: .init(96, 64), channels: 1, kernel: .init(3, 3), stride: .init(2, 2), padding: .same)
    #expect(halved.output == .init(48, 32))
    #expect(halved.padding == .init(0, 0))
    let odd = Window(over: .init(5, 7), channels: 1, kernel: .init(3, 7), stride: .init(2, 1), padding: .same)
    #expect(odd.output == .init(3, 7))
    #expect(odd.padding == .init(1, 3))
  }

  @Test func `that does not fit its images is our own mistake`() async {
    await #expect(processExitsWith: .failure) {
      _ = Window(over: .init(2, 5), channels: 1, kernel: .init(3, 3), stride: .init(1, 1), padding: .valid)
    }
  }
}

/// A convolution and a way to compute it.
struct ConvolutionVariant: CustomTestStringConvertible {
  let slow: SlowConvolution
  let method: ConvolutionMethod

  var operation: ConvolutionOperation { ConvolutionOperation(slow.window, filters: slow.filters, by: method) }
  var testDescription: String { "\(slow.testDescription) by \(method)" }
}

extension SlowConvolution {
  /// All that it can be computed by.
  var methods: [ConvolutionMethod] {
    let tiles = stride == (1, 1) ? ConvolutionMethod.tiles(for: window.kernel) : []
    return [.product] + tiles.map { .winograd($0) }
  }
}
