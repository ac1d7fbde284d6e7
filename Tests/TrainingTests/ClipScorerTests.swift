import Foundation
import Models
import Tensors
import Testing
import Training

@Suite struct `A clip's scores` {
  private let network: Network
  private let patches: Tensor

  init() {
    var network = smallNetwork()
    network.install(startingValues(of: network))
    var generator = SeededGenerator(seed: 1)
    self.network = network
    patches = Tensor([7, 96, 64, 1], values: generator.normal(7 * 96 * 64, deviation: 2))
  }

  /// The mean over patches of `1 / (1 + e^-z)`, one patch at a time.
  private func naive() -> [Double] {
    var network = network
    let size = 96 * 64
    let outputs = (0..<7).map { patch in
      var x = Features(Tensor([1, 96, 64, 1], values: (0..<size).map { patches.values[patch * size + $0] }))
      for stage in 0..<network.stageCount { x = network.forward(stage: stage, x, mode: .inference) }
      return x.tensor.array.map { 1 / (1 + exp(-Double($0))) }
    }
    return (0..<3).map { label in outputs.reduce(0) { $0 + $1[label] } / 7 }
  }

  @Test(arguments: [1, 2, 3, 7, 128]) func `are the mean of its patches' outputs, in parts of any size`(batch: Int) {
    var scorer = ClipScorer(network, batch: batch)
    let expected = naive()
    #expect(Set(expected).count == 3)
    for _ in 0..<2 {
      let scores = scorer.scores(ofPatches: patches)
      #expect(scores.count == 3)
      for (score, value) in zip(scores, expected) { #expect(abs(Double(score) - value) < 1e-6) }
    }
  }
}
