import Tensors

/// A convolution by its definition, in Double, one value at a time.
struct SlowConvolution {
  private let convolution: MeasuredConvolution
  private let shape: ConvolutionShape

  init(_ convolution: MeasuredConvolution) {
    self.convolution = convolution
    shape = convolution.shape
  }

  /// How far a result is from the definition at randomly drawn places: the root of the mean squared difference, as a part
  /// of that of the values.
  func relativeError(of result: Tensor, _ kind: ConvolutionResult, seed: UInt64) -> Double {
    var generator = SeededGenerator(seed: seed)
    let values = result.values
    var (difference, total) = (0.0, 0.0)
    for _ in 0..<kind.samples {
      let index = Int.random(in: 0..<values.count, using: &generator)
      let expected = value(at: index, of: kind)
      difference += (Double(values[index]) - expected) * (Double(values[index]) - expected)
      total += expected * expected
    }
    return (difference / total).squareRoot()
  }

  private func value(at index: Int, of kind: ConvolutionResult) -> Double {
    switch kind {
    case .output: output(at: index)
    case .inputGradient: inputGradient(at: index)
    case .weightGradient: weightGradient(at: index)
    }
  }

  private func output(at index: Int) -> Double {
    let (images, weights) = (convolution.images.values, convolution.weights.values)
    let (rows, columns) = (shape.rows, shape.columns)
    let (place, filter) = index.quotientAndRemainder(dividingBy: shape.filters)
    let (row, column) = (place / columns.output % rows.output, place % columns.output)
    let image = place / columns.output / rows.output
    var sum = 0.0
    for ky in 0..<shape.kernel.height {
      for kx in 0..<shape.kernel.width {
        let y = row * shape.stride.height + ky - rows.front
        let x = column * shape.stride.width + kx - columns.front
        guard (0..<shape.height).contains(y), (0..<shape.width).contains(x) else { continue }
        let pixel = ((image * shape.height + y) * shape.width + x) * shape.channels
        let weight = (ky * shape.kernel.width + kx) * shape.channels
        for channel in 0..<shape.channels {
          sum += Double(images[pixel + channel]) * Double(weights[(weight + channel) * shape.filters + filter])
        }
      }
    }
    return sum
  }

  private func inputGradient(at index: Int) -> Double {
    let (weights, dy) = (convolution.weights.values, convolution.outputGradient.values)
    let (rows, columns) = (shape.rows, shape.columns)
    let (pixel, channel) = index.quotientAndRemainder(dividingBy: shape.channels)
    let (y, x) = (pixel / shape.width % shape.height, pixel % shape.width)
    let image = pixel / shape.width / shape.height
    var sum = 0.0
    for row in 0..<rows.output {
      for column in 0..<columns.output {
        let ky = y + rows.front - row * shape.stride.height
        let kx = x + columns.front - column * shape.stride.width
        guard (0..<shape.kernel.height).contains(ky), (0..<shape.kernel.width).contains(kx) else { continue }
        let place = ((image * rows.output + row) * columns.output + column) * shape.filters
        let weight = ((ky * shape.kernel.width + kx) * shape.channels + channel) * shape.filters
        for filter in 0..<shape.filters { sum += Double(dy[place + filter]) * Double(weights[weight + filter]) }
      }
    }
    return sum
  }

  private func weightGradient(at index: Int) -> Double {
    let (images, dy) = (convolution.images.values, convolution.outputGradient.values)
    let (rows, columns) = (shape.rows, shape.columns)
    let (weight, filter) = index.quotientAndRemainder(dividingBy: shape.filters)
    let (tap, channel) = weight.quotientAndRemainder(dividingBy: shape.channels)
    let (ky, kx) = tap.quotientAndRemainder(dividingBy: shape.kernel.width)
    var sum = 0.0
    for image in 0..<convolution.images.shape[0] {
      for row in 0..<rows.output {
        for column in 0..<columns.output {
          let y = row * shape.stride.height + ky - rows.front
          let x = column * shape.stride.width + kx - columns.front
          guard (0..<shape.height).contains(y), (0..<shape.width).contains(x) else { continue }
          let pixel = ((image * shape.height + y) * shape.width + x) * shape.channels
          let place = ((image * rows.output + row) * columns.output + column) * shape.filters
          sum += Double(images[pixel + channel]) * Double(dy[place + filter])
        }
      }
    }
    return sum
  }
}
