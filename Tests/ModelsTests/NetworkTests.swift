import Foundation
import Layers
import Models
import Tensors
import Testing

@Suite struct `A network` {
  static func network(_ specification: String, classes: Int = 5) throws -> Network {
    Network(try ModelSpecification(parsing: specification), classes: classes)
  }

  /// VGGish as released has 6 convolutions and 3 fully connected layers, and an output layer is added; Inception's count
  /// is that of the table of the architecture.
  @Test(arguments: [
    ("resnet14-w2", 14), ("resnet26-w1", 26), ("resnet50-w1", 50), ("fc-7x3", 8), ("alexnet-w1", 7), ("vgg19-w1", 19),
    ("vggish-w1", 10), ("inception-w1", 92), ("fc-7x3-b2", 9), ("resnet14-w1-b2", 15), ("vgg19-w1-b2", 20),
  ])
  func `has as many layers as its name says`(specification: String, layers: Int) throws {
    let weights = try Self.network(specification).parameters.filter { $0.shape.count > 1 }
    #expect(weights.count { !$0.name.contains("shortcut") } == layers)
  }

  @Test(arguments: [
    "fc-1x3", "fc-2x5-b2", "resnet14-w2", "resnet50-w1-b2", "alexnet-w2", "vgg19-w1", "vggish-w1", "inception-w2-b1",
    "fc-1x3-i20x64", "fc-1x3-i7", "average-pooling-2x3", "max-pooling-2x3", "single-attention-2x3",
    "multi-level-attention-2x3", "feature-level-attention-2x3", "second-order-attention-2x3-r2",
  ])
  func `gives each parameter a name of its own, and to one stage`(specification: String) throws {
    let network = try Self.network(specification)
    #expect(Set(network.parameters.map(\.name)).count == network.parameters.count)
    #expect(!network.parameters.isEmpty)
    var next = 0
    for stage in 0..<network.stageCount {
      let range = network.parameterRange(ofStage: stage)
      #expect(range.lowerBound == next)
      next = range.upperBound
    }
    #expect(next == network.parameters.count)
  }

  @Test(arguments: [
    ("resnet14-w1", [[48, 32, 1], [48, 32, 4], [24, 16, 8], [12, 8, 16], [6, 4, 32], [3]]),
    ("alexnet-w2", [[21, 26, 2], [10, 12, 5], [10, 12, 8], [10, 12, 8], [4, 5, 5], [85], [3]]),
    ("vgg19-w1", [[48, 32, 1], [24, 16, 2], [12, 8, 4], [6, 4, 8], [3, 2, 8], [64], [64], [3]]),
    ("vggish-w1-b9", [[48, 32, 1], [24, 16, 2], [12, 8, 4], [6, 4, 8], [64], [64], [2], [3]]),
    (
      // A tenth of the paper's widths: those of its modules are 256, 288, 288, 768 and so on.
      "inception-w8",
      [[46, 30, 19], [46, 30, 25], [46, 30, 28], [46, 30, 28], [22, 14, 76]]
        + [[Int]](repeating: [22, 14, 76], count: 4) + [[10, 6, 127], [10, 6, 203], [10, 6, 203], [3]]
    ),
    ("fc-2x5", [[5], [5], [3]]),
  ])
  func `has the maps of the paper's`(specification: String, maps: [[Int]]) throws {
    var network = try TrainableNetwork(specification, classes: 3).network
    var x = Features(Patches(2, classes: 3).x)
    var shapes: [[Int]] = []
    for stage in 0..<network.stageCount {
      x = network.forward(stage: stage, x, mode: .inference)
      shapes.append(x.maps.size == .init(1, 1) ? [x.maps.channels] : Array(x.maps.shape.dropFirst()))
    }
    #expect(shapes == maps)
  }

  @Test func `names its parameters as checkpoints of earlier runs do`() throws {
    let names = try ["fc-1x2", "resnet14-w1"].flatMap { try Self.network($0).parameters.map(\.name) }
    for name in [
      "hidden1.2.weight", "output.0.weight", "output.0.bias", "stem.1.weight", "stem.2.scale",
      "stage1.block1.0.body.6.weight", "stage1.block1.0.shortcut.1.variance", "head.1.weight", "head.1.bias",
    ] {
      #expect(names.contains(name), "\(names)")
    }
  }

  @Test func `begins with values that follow from the seed and the name alone`() throws {
    let (small, large) = (try Self.network("fc-2x5"), try Self.network("fc-3x5", classes: 9))
    func values(_ name: String, of network: Network, seed: UInt64) -> [Float] {
      network.initialValues(of: network.parameters.first { $0.name == name }!, seed: seed).array
    }
    let name = "hidden2.0.weight"
    #expect(values(name, of: small, seed: 3) == values(name, of: large, seed: 3))
    #expect(values(name, of: small, seed: 3) != values(name, of: small, seed: 4))
    #expect(values(name, of: large, seed: 3) != values("hidden3.0.weight", of: large, seed: 3))
    #expect(values("hidden2.0.bias", of: small, seed: 3) == [0, 0, 0, 0, 0])
  }

  /// The bias of the outputs comes last, in every network.
  @Test(arguments: [
    "fc-1x3-b2", "resnet14-w2", "inception-w2", "vggish-w1", "average-pooling-2x3", "single-attention-2x3",
    "multi-level-attention-2x3", "feature-level-attention-2x3", "second-order-attention-2x3-r2",
  ])
  func `begins with labels that are as likely as it is told`(specification: String) throws {
    var network = try Self.network(specification)
    let last = try #require(network.parameters.last)
    #expect(last.name.hasPrefix("output") || last.name.hasPrefix("head"))
    #expect(last.name.hasSuffix(".bias") && last.shape == [5])
    for description in network.parameters {
      let plain = network.initialValues(of: description, seed: 3)
      let rare = network.initialValues(of: description, seed: 3, prior: 0.01)
      #expect(description == last ? rare.array == Array(repeating: -4.59512, count: 5) : rare.array == plain.array)
    }
    network.setValue(
      ofParameter: network.parameters.count - 1, fromRow: 0,
      values: network.initialValues(of: last, seed: 3, prior: 0.01).values)
    let shape = [2] + network.specification.input.shape
    let scores = network.infer(Tensor(shape), batch: 2).array.map { 1 / (1 + exp(-$0)) }
    if !specification.hasPrefix("multi") { #expect(scores.allSatisfy { abs($0 - 0.01) < 1e-4 }, "\(scores)") }
  }

  @Test func `begins with one stream of numbers for each parameter, however large`() throws {
    let network = try Self.network("fc-1x23")
    let weight = network.parameters[0]
    var generator = SeededGenerator(seed: 3, stream: weight.name)
    let whole = Parameter([6144, 23], start: .he(inputs: 6144)).initialValue(using: &generator)
    #expect(network.initialValues(of: weight, seed: 3).array == whole.array)
  }

  @Test func `that is copied is a second one`() throws {
    let patches = Patches(2, classes: 3)
    var first = try TrainableNetwork("fc-1x4", classes: 3)
    let before = first.forward(patches.x, mode: .inference).array
    var second = first
    for index in second.network.parameters.indices {
      let count = second.network.value(ofParameter: index).count
      second.set(index, to: Tensor([count], values: [Float](repeating: 0.01, count: count)))
    }
    _ = second.learn(patches.x, targets: patches.targets)
    #expect(first.forward(patches.x, mode: .inference).array == before)
    #expect(second.forward(patches.x, mode: .inference).array != before)
  }

  @Test func `takes its values row by row`() throws {
    var network = try Self.network("fc-2x3")
    let index = try #require(network.parameters.firstIndex { $0.name == "hidden2.0.weight" })
    network.setValue(ofParameter: index, fromRow: 1, values: ([1, 2, 3, 4, 5, 6] as [Float]).span)
    #expect(network.value(ofParameter: index).array == [0, 0, 0, 1, 2, 3, 4, 5, 6])
    for other in network.parameters.indices where other != index {
      #expect(network.value(ofParameter: other).array.allSatisfy { $0 == 0 || $0 == 1 })
    }
  }

  @Test func `changes the one parameter that it is asked to, and shows it with its gradient`() throws {
    let patches = Patches(2, classes: 3)
    var learning = try TrainableNetwork("fc-2x3", classes: 3)
    _ = learning.learn(patches.x, targets: patches.targets)
    let before = learning.network
    let index = try #require(before.parameters.firstIndex { $0.name == "hidden2.0.weight" })
    var shown: [Float] = []
    learning.network.update(parameter: index) { parameter in
      shown = parameter.gradient.array
      parameter.value.scale(by: 2)
    }
    var old = before
    #expect(shown == old.gradient(ofParameter: index).array)
    for other in before.parameters.indices {
      let factor: Float = other == index ? 2 : 1
      let expected = old.value(ofParameter: other).array.map { factor * $0 }
      #expect(learning.network.value(ofParameter: other).array == expected)
    }
  }
}
