import Foundation
import Layers
import Tensors
import Testing

@Suite struct `Layers over a clip` {
  private static let lengths = [3, 5, 1]

  /// Three clips of up to five vectors; behind their own ones stands what `filling` says.
  private func clips(filling: Float) -> Tensor {
    var x = Tensor.random([3, 5, 1, 4], seed: 8)
    var values = x.mutableValues
    for (clip, length) in Self.lengths.enumerated() {
      for index in length * 4..<20 { values[clip * 20 + index] = filling }
    }
    return x
  }

  private static let pools: [any Layer] = [
    ClipPool(4, 3, of: .features, by: .mean), ClipPool(4, 3, of: .probabilities, by: .largest),
    ClipPool(4, 3, of: .probabilities, by: .attention), SecondOrderPool(4, rank: 2),
  ]

  private func drawn(_ layer: any Layer) -> any Layer {
    var layer = layer
    layer.visit("l") { name, parameter in
      parameter.value = Tensor.random(parameter.value.shape, seed: UInt64(name.utf8.count))
    }
    return layer
  }

  @Test(arguments: pools.indices) func `count only the vectors that a clip has, forward and backward`(number: Int) {
    let mode = Mode(isTraining: true, lengths: Self.lengths)
    var outputs: [[Double]] = []
    for filling in [0, 1e3] as [Float] {
      var layer = drawn(Self.pools[number])
      let y = layer.forward(clips(filling: filling), mode: mode)
      let dx = layer.backward(Tensor.random(y.shape, seed: 9)).doubles
      for (clip, length) in Self.lengths.enumerated() {
        let own = dx[clip * 20..<(clip + 1) * 20]
        #expect(own.dropFirst(length * 4).allSatisfy { $0 == 0 })
        #expect(own.prefix(length * 4).contains { $0 != 0 })
      }
      var gradients = y.doubles + dx
      layer.visit("") { gradients += $1.gradient.doubles }
      outputs.append(gradients)
    }
    #expect(outputs[0] == outputs[1])
  }

  @Test(arguments: pools.indices) func `say the same of a clip alone as among longer ones`(number: Int) {
    var layer = drawn(Self.pools[number])
    let x = clips(filling: 7)
    let together = layer.forward(x, mode: Mode(isTraining: false, lengths: Self.lengths)).doubles
    let width = together.count / 3
    for (clip, length) in Self.lengths.enumerated() {
      let own = (0..<length * 4).map { x.values[clip * 20 + $0] }
      let alone = layer.forward(Tensor([1, length, 1, 4], values: own), mode: .inference).doubles
      for (found, expected) in zip(alone, together[clip * width..<(clip + 1) * width]) {
        #expect(abs(found - expected) < 1e-5)
      }
    }
  }

  /// `Σ_p (X a_kp)ᵀ (X b_p) / n`, as the paper writes it: by the second moments of the vectors.
  @Test func `make scores of second order of a linear layer`() {
    var (pool, output): (any Layer, any Layer) = (
      drawn(SecondOrderPool(4, rank: 2)), drawn(Linear(8, 3, isOutput: true))
    )
    var parameters: [[Double]] = []
    pool.visit("") { parameters.append($1.value.doubles) }
    output.visit("") { parameters.append($1.value.doubles) }
    let (b, a, bias) = (parameters[0], parameters[1], parameters[2])
    let x = Tensor.random([2, 5, 1, 4], seed: 3)
    let values = x.doubles
    let found = output.forward(pool.forward(x, mode: .inference).reshaped([2, 8]), mode: .inference).doubles
    for clip in 0..<2 {
      for label in 0..<3 {
        var score = bias[label]
        for (i, j) in (0..<4).flatMap({ i in (0..<4).map { (i, $0) } }) {
          let moment = (0..<5).reduce(0) { $0 + values[clip * 20 + $1 * 4 + i] * values[clip * 20 + $1 * 4 + j] } / 5
          score += (0..<2).reduce(0) { $0 + moment * a[($1 * 4 + i) * 3 + label] * b[j * 2 + $1] }
        }
        #expect(abs(found[clip * 3 + label] - score) < 1e-4)
      }
    }
  }

  @Test func `with attention lie between a clip's smallest and largest, and are the mean where all gates are alike`() {
    let x = Tensor.random([2, 5, 1, 4], seed: 3)
    var (attention, mean, largest) = (
      drawn(ClipPool(4, 3, of: .probabilities, by: .attention)), drawn(ClipPool(4, 3, of: .probabilities, by: .mean)),
      drawn(ClipPool(4, 3, of: .probabilities, by: .largest))
    )
    let by = (mean.forward(x, mode: .inference).doubles, largest.forward(x, mode: .inference).doubles)
    for (found, most) in zip(attention.forward(x, mode: .inference).doubles, by.1) {
      #expect(0 < found && found <= most)
    }
    attention.visit("l") { name, parameter in if name.contains("gate") { parameter.value.scale(by: 0) } }
    for (found, expected) in zip(attention.forward(x, mode: .inference).doubles, by.0) {
      #expect(abs(found - expected) < 1e-6)
    }
  }
}

@Suite struct `What is dropped out` {
  private func dropped(_ rate: Float, seed: UInt64, name: String = "a", _ shape: [Int] = [50, 4, 1, 100]) -> [Double] {
    var layer = Dropout(rate, name: name)
    let ones = Tensor(shape, values: [Float](repeating: 1, count: shape.reduce(1, *)))
    return layer.forward(ones, mode: Mode(isTraining: true, seed: seed)).doubles
  }

  @Test(arguments: [0, 0.1, 0.5, 0.9] as [Float]) func `leaves the mean, and is as much as was told`(rate: Float) {
    let values = dropped(rate, seed: 5)
    let share = Double(values.count { $0 == 0 }) / Double(values.count)
    #expect(abs(share - Double(rate)) < 0.015)
    #expect(Set(values).subtracting([0]).allSatisfy { abs($0 - 1 / (1 - Double(rate))) < 1e-5 })
    #expect(abs(values.reduce(0, +) / Double(values.count) - 1) < 0.1)
    // Neither rows nor channels have a fate of their own.
    for channel in 0..<100 where rate == 0.5 {
      let kept = (0..<200).count { values[$0 * 100 + channel] != 0 }
      #expect((60...140).contains(kept), "channel \(channel)")
    }
  }

  @Test func `follows from the seed and the layer's name alone`() {
    #expect(dropped(0.5, seed: 5) == dropped(0.5, seed: 5))
    for other in [dropped(0.5, seed: 6), dropped(0.5, seed: 5, name: "b"), dropped(0.5, seed: 5 + 1 << 40)] {
      let same = Double(zip(dropped(0.5, seed: 5), other).count { $0 == $1 }) / 20_000
      #expect(abs(same - 0.5) < 0.03, "no more alike than by chance")
    }
  }

  @Test func `is nothing when the network is used`() {
    var layer = Dropout(0.5, name: "a")
    let x = Tensor.random([3, 4], seed: 1)
    #expect(layer.forward(x, mode: .inference).doubles == x.doubles)
  }
}
