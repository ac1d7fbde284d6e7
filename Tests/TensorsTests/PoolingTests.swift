import Tensors
import Testing

@Suite struct `A max pooling` {
  static let windows = [
    Window(over: .init(6, 4), channels: 3, kernel: .init(3, 3), stride: .init(2, 2), padding: .same),
    Window(over: .init(7, 5), channels: 17, kernel: .init(3, 3), stride: .init(2, 2), padding: .same),
    Window(over: .init(7, 5), channels: 1, kernel: .init(3, 2), stride: .init(2, 1), padding: .valid),
    Window(over: .init(2, 1), channels: 2, kernel: .init(5, 5), stride: .init(1, 1), padding: .same),
    Window(over: .init(5, 5), channels: 3, kernel: .init(2, 2), stride: .init(3, 3), padding: .same),
  ]

  @Test(arguments: windows, [1, 3])
  func `takes the largest value, and leads the gradient back to it`(_ window: Window, threads: Int) {
    // All values are negative, so that zeros beyond the border would win.
    let shape = [3, window.input.height, window.input.width, window.channels]
    let x = Tensor(shape, values: Tensor.random(shape, seed: 1).array.map { $0 - 2 })
    let dy = Tensor.random([3, window.output.height, window.output.width, window.channels], seed: 2)
    let slow = Self.slow(x.doubles, dy.doubles, window, batch: 3)
    ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
      let (output, places) = Features(x).maxPooled(window)
      #expect(output.tensor.shape == dy.shape)
      #expect(output.tensor.doubles == slow.output)
      let dx = Features(dy).maxPoolBackward(places, x: Features(x), window, onto: nil)
      #expect(dx.tensor.shape == shape)
      #expect(dx.tensor.error(against: slow.gradient) < 1e-6)
    }
  }

  @Test func `leads the gradient of a tie to the first of the largest values alone`() {
    let window = Window(over: .init(2, 2), channels: 1, kernel: .init(2, 2), stride: .init(2, 2), padding: .valid)
    let x = Features(Tensor([1, 2, 2, 1], values: [1, 3, 3, 3]))
    let (output, places) = x.maxPooled(window)
    #expect(output.tensor.array == [3])
    let dy = Features(Tensor([1, 1, 1, 1], values: [5]))
    #expect(dy.maxPoolBackward(places, x: x, window, onto: nil).tensor.array == [0, 5, 0, 0])
  }

  @Test func `adds the gradients of all windows in which a value was the largest`() {
    let window = Window(over: .init(1, 3), channels: 1, kernel: .init(1, 2), stride: .init(1, 1), padding: .valid)
    let x = Features(Tensor([1, 1, 3, 1], values: [-7, -1, -2]))
    let (output, places) = x.maxPooled(window)
    #expect(output.tensor.array == [-1, -1])
    let dy = Features(Tensor([1, 1, 2, 1], values: [5, 6]))
    #expect(dy.maxPoolBackward(places, x: x, window, onto: nil).tensor.array == [0, 11, 0])
  }

  private static func slow(
    _ x: [Double], _ dy: [Double], _ window: Window, batch: Int
  ) -> (output: [Double], gradient: [Double]) {
    var output: [Double] = []
    var gradient = [Double](repeating: 0, count: x.count)
    for b in 0..<batch {
      for oy in 0..<window.output.height {
        for ox in 0..<window.output.width {
          for c in 0..<window.channels {
            let top = oy * window.stride.height - window.padding.height
            let left = ox * window.stride.width - window.padding.width
            let ys = (top..<top + window.kernel.height).clamped(to: 0..<window.input.height)
            let xs = (left..<left + window.kernel.width).clamped(to: 0..<window.input.width)
            let positions = ys.flatMap { y in
              xs.map { ((b * window.input.height + y) * window.input.width + $0) * window.channels + c }
            }
            let best = positions.max { x[$0] < x[$1] }!
            gradient[best] += dy[output.count]
            output.append(x[best])
          }
        }
      }
    }
    return (output, gradient)
  }
}
