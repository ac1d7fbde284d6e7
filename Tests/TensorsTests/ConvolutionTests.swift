import Tensors
import Testing

@Suite struct `A convolution` {
  static let cases = [
    SlowConvolution(height: 5, width: 4, channels: 1, filters: 1, kernel: (3, 3)),
    SlowConvolution(batch: 2, height: 7, width: 5, channels: 3, filters: 5, kernel: (3, 3), stride: (2, 2)),
    SlowConvolution(batch: 5, height: 6, width: 9, channels: 3, filters: 2, kernel: (3, 3), stride: (2, 2)),
    SlowConvolution(height: 5, width: 5, channels: 17, filters: 3, kernel: (3, 3)),
    SlowConvolution(batch: 2, height: 2, width: 3, channels: 3, filters: 4, kernel: (5, 5)),
    SlowConvolution(height: 1, width: 1, channels: 3, filters: 17, kernel: (7, 7)),
    SlowConvolution(batch: 2, height: 4, width: 9, channels: 3, filters: 4, kernel: (1, 7)),
    SlowConvolution(batch: 2, height: 9, width: 4, channels: 17, filters: 2, kernel: (7, 1)),
    SlowConvolution(batch: 3, height: 7, width: 5, channels: 3, filters: 4, kernel: (3, 2), padding: .valid),
    SlowConvolution(
      batch: 2, height: 8, width: 6, channels: 1, filters: 3, kernel: (3, 3), stride: (2, 3), padding: .valid),
    SlowConvolution(height: 7, width: 7, channels: 3, filters: 2, kernel: (7, 7), padding: .valid),
    SlowConvolution(batch: 2, height: 5, width: 7, channels: 17, filters: 3, kernel: (1, 1)),
    SlowConvolution(batch: 2, height: 5, width: 7, channels: 3, filters: 17, kernel: (1, 1), stride: (2, 2)),
    SlowConvolution(batch: 9, height: 4, width: 4, channels: 3, filters: 2, kernel: (2, 2), stride: (3, 1)),
  ]

  @Test(arguments: cases, [1, 3])
  func `and its gradients are those of the definition`(_ slow: SlowConvolution, threads: Int) {
    let images = Tensor.random(slow.imagesShape, seed: 1)
    let weights = Tensor.random(slow.weightsShape, seed: 2)
    let dy = Tensor.random(slow.outputShape, seed: 3)
    ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
      let output = images.convolved(with: weights, slow.window)
      #expect(output.shape == slow.outputShape)
      #expect(output.error(against: slow.output(images.doubles, weights.doubles)) < 1e-5)
      let dw = dy.convolutionWeightGradient(images: images, slow.window)
      #expect(dw.shape == slow.weightsShape)
      #expect(dw.error(against: slow.weightGradient(images.doubles, dy.doubles)) < 1e-5)
      let dx = dy.convolutionInputGradient(weights: weights, slow.window)
      #expect(dx.shape == slow.imagesShape)
      #expect(dx.error(against: slow.inputGradient(weights.doubles, dy.doubles)) < 1e-5)
    }
  }

  @Test(arguments: [
    SlowConvolution(batch: 7, height: 9, width: 7, channels: 17, filters: 33, kernel: (3, 3)),
    SlowConvolution(batch: 7, height: 9, width: 17, channels: 33, filters: 130, kernel: (1, 1)),
  ])
  func `is the same to the last bit on any number of threads`(_ slow: SlowConvolution) {
    let images = Tensor.random(slow.imagesShape, seed: 1)
    let weights = Tensor.random(slow.weightsShape, seed: 2)
    let dy = Tensor.random(slow.outputShape, seed: 3)
    let results = [1, 2, 3].map { threads in
      ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
        [
          images.convolved(with: weights, slow.window).bits,
          dy.convolutionWeightGradient(images: images, slow.window).bits,
          dy.convolutionInputGradient(weights: weights, slow.window).bits,
        ]
      }
    }
    let isSame = results[0] == results[1] && results[0] == results[2]  // of numbers that nobody wants to read
    #expect(isSame)
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
