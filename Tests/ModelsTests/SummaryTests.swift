import Layers
import Models
import Tensors
import Testing

@Suite struct `A network's summary` {
  /// By the table of every layer that an independent model in PyTorch gave, where `parameters`, in thousands, has biases
  /// and batch norm too; Inception's multiplies are not the paper's 4.7 billion. VGGish as released has 72,131,136
  /// weights and 10,048 biases, and an output layer of 128 x 3087 is added.
  @Test(arguments: [
    ("fc-3x1000", 11_231_000, 11_231_000, 11_237), ("alexnet", 37_338_464, 767_639_744, 37_348),
    ("vgg19", 62_022_208, 2_423_713_792, 62_044), ("inception", 28_039_760, 5_437_980_672, 28_077),
    ("resnet50", 29_770_816, 1_856_403_456, 29_827),
    ("vggish", 72_131_136 + 395_136, 864_290_688, 72_539),
  ])
  func `has the paper's weights and multiplies`(
    specification: String, weights: Int, multiplies: Int, parameters: Int
  ) throws {
    let network = Network(try ModelSpecification(parsing: specification), classes: 3087)
    #expect(network.layers.weights == weights)
    #expect(network.layers.multiplies == multiplies)
    let learned = network.parameters.filter { $0.kind == .weight }
    #expect((learned.reduce(0) { $0 + $1.shape.reduce(1, *) } + 500) / 1000 == parameters)
    #expect(learned.filter { $0.shape.count > 1 }.reduce(0) { $0 + $1.shape.reduce(1, *) } == weights)
  }

  /// The paper's reason for it: its Table 3 has a bottleneck of 128 units before 30,871 labels.
  @Test func `is small with a bottleneck, however many the labels`() throws {
    let layers = Network(try ModelSpecification(parsing: "resnet50-b128"), classes: 30_871).layers
    #expect(layers.weights == 29_770_816 - 2048 * 3087 + 128 * (2048 + 30_871))
    #expect(layers.suffix(2).map(\.output) == [[128], [30_871]])
  }

  static let narrow = [
    "fc-2x5", "fc-1x3-b2", "alexnet-w2", "vgg19-w2-b3", "inception-w8", "resnet14-w2", "vggish-w2",
  ]

  @Test(arguments: narrow) func `has the shapes that are computed, and the weights that are there`(model: String) throws
  {
    var network = try TrainableNetwork(model, classes: 4).network
    let summaries = network.stageSummaries
    #expect(summaries.count == network.stageCount)
    var x = Features(Patches(1, classes: 4).x)
    for (stage, summary) in summaries.enumerated() {
      x = network.forward(stage: stage, x, mode: .inference)
      #expect(summary.output == (summary.output.count == 1 ? [x.maps.channels] : Array(x.maps.shape.dropFirst())))
      #expect(summary.layers.last!.output == summary.output)
      let parameters = network.parameters[network.parameterRange(ofStage: stage)]
      for layer in summary.layers {
        let weights = parameters.filter { $0.name == "\(layer.name).weight" }
        #expect(weights.count == (layer.weights > 0 ? 1 : 0))
        #expect(layer.weights == weights.reduce(0) { $0 + $1.shape.reduce(1, *) })
      }
      #expect(parameters.count { $0.name.hasSuffix("weight") } == summary.layers.count { $0.weights > 0 })
    }
    let names = network.layers.map(\.name)
    #expect(Set(names).count == names.count)
  }

  /// The loss keeps the logits, which are the output layer's.
  @Test(arguments: narrow) func `has the memory that training takes`(model: String) throws {
    func kept(_ batch: Int) throws -> Int {
      var learning = try TrainableNetwork(model, classes: 4)
      _ = learning.forward(Patches(batch, classes: 4).x, mode: .training)
      return KeptValues(of: learning.network).count
    }
    let found = try kept(3) - kept(2) + 4
    let expected = try TrainableNetwork(model, classes: 4).network.layers.keptValues
    // The patches are kept as well, and are not a layer's.
    #expect(expected + 96 * 64 == found)
  }

  /// As in that table: kernel, stride and outputs of each convolution of a module.
  @Test(arguments: [
    ("mixed5b", "1x1 64, 1x1 48, 5x5 64, 1x1 64, 3x3 96, 3x3 96, 1x1 32, average"),
    ("mixed5d", "1x1 64, 1x1 48, 5x5 64, 1x1 64, 3x3 96, 3x3 96, 1x1 64, average"),
    ("mixed6a", "3x3/2 384, 1x1 64, 3x3 96, 3x3/2 96, max"),
    ("mixed6b", "1x1 192, 1x1 128, 1x7 128, 7x1 192, 1x1 128, 7x1 128, 1x7 128, 7x1 128, 1x7 192, 1x1 192, average"),
    ("mixed6e", "1x1 192, 1x1 192, 1x7 192, 7x1 192, 1x1 192, 7x1 192, 1x7 192, 7x1 192, 1x7 192, 1x1 192, average"),
    ("mixed7a", "1x1 192, 3x3/2 320, 1x1 192, 1x7 192, 7x1 192, 3x3/2 192, max"),
    ("mixed7c", "1x1 320, 1x1 384, 1x3 384, 3x1 384, 1x1 448, 3x3 384, 1x3 384, 3x1 384, 1x1 192, average"),
  ])
  func `has the kernels of Inception's modules`(stage: String, kernels: String) throws {
    let stages = Network(try ModelSpecification(parsing: "inception-b1"), classes: 2).stageSummaries
    let layers = try #require(stages.first { $0.name == stage }).layers
    let found = layers.compactMap { layer -> String? in
      let words = layer.kind.split(separator: " ")
      if layer.kind.contains(" pool") { return String(words[1]) }
      guard layer.weights > 0 else { return nil }
      return "\(words[0])\(layer.kind.hasSuffix("stride 2") ? "/2" : "") \(layer.output[2])"
    }
    #expect(found.joined(separator: ", ") == kernels)
  }

  @Test func `says what each layer is`() throws {
    let layers = Network(try ModelSpecification(parsing: "alexnet"), classes: 3087).layers
    #expect(
      layers.prefix(6).map { "\($0.name): \($0.kind) \($0.output)" } == [
        "convolution1.0: standardize [96, 64, 1]", "convolution1.1.0: 11x11 convolution, stride 2x1 [43, 54, 96]",
        "convolution1.1.1: batch norm [43, 54, 96]", "convolution1.1.2: ReLU [43, 54, 96]",
        "convolution1.2: 3x3 max pool, stride 2 [21, 26, 96]", "convolution2.0.0: 5x5 convolution [21, 26, 256]",
      ])
    let kinds = Set(Network(try ModelSpecification(parsing: "inception-w1"), classes: 2).layers.map(\.kind))
    #expect(kinds.isSuperset(of: ["3x3 average pool", "1x7 convolution", "concatenation", "mean of the map"]))
  }
}
