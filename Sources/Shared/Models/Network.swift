import Glibc
public import Layers
public import Tensors

/// A named part of a network: as much as is computed between two exchanges with the servers.
struct Stage: Sendable {
  let name: String
  var layers: Sequential

  init(_ name: String, @LayerBuilder _ layers: () -> [any Layer]) {
    self.name = name
    self.layers = Sequential(layers)
  }
}

/// What is known of a parameter without its values.
public struct ParameterDescription: Equatable, Sendable {
  /// Of the stage, the layer's place in it, and the parameter: `stage2.block1.0.body.3.weight`.
  public let name: String
  public let shape: [Int]
  public let kind: Parameter.Kind
  let start: Parameter.Start
}

/// One of the paper's networks: from log-mel patches `[batch, 96, 64, 1]`, or what else `NetworkInput` says, to logits
/// `[batch, classes]`, or, without its output layer, to embeddings: what would go into that layer, `[batch, outputs]`.
///
/// It is computed stage by stage, so that gradients can be sent as they are found and weights awaited as they are needed.
/// A network is a value: a copy is a second network.
public struct Network: Sendable {
  public let specification: ModelSpecification
  /// The number of logits; 0 where there is no output layer.
  public let classes: Int
  /// The number of values that it puts out for each patch.
  public let outputs: Int
  /// All parameters, in the order in which the forward pass uses them.
  public let parameters: [ParameterDescription]

  private var stages: [Stage]
  /// For each stage, the positions of its parameters in `parameters`.
  private let ranges: [Range<Int>]

  /// A network whose values are zero until they are set.
  public init(_ specification: ModelSpecification, classes: Int) {
    precondition(classes > 0, "a network has at least one label")
    self.init(specification, outputs: classes)
  }

  /// A network without its output layer, all other parameters of which are named and shaped as with it. One of whole clips
  /// cannot be without.
  public init(withoutOutput specification: ModelSpecification) {
    if case .clip = specification.input { preconditionFailure("\(specification) makes no embeddings") }
    self.init(specification, outputs: nil)
  }

  private init(_ specification: ModelSpecification, outputs classes: Int?) {
    self.specification = specification
    self.classes = classes ?? 0
    var stages = specification.stages(classes: classes)
    outputs = stages.reduce(specification.input.shape) { $1.layers.summarize("", input: $0) { _ in } }.reduce(1, *)
    var descriptions: [ParameterDescription] = []
    var ranges: [Range<Int>] = []
    for index in stages.indices {
      let first = descriptions.count
      stages[index].layers.visit(stages[index].name) { name, parameter in
        descriptions.append(
          ParameterDescription(
            name: name, shape: parameter.value.shape, kind: parameter.kind, start: parameter.start))
      }
      ranges.append(first..<descriptions.count)
    }
    self.stages = stages
    self.ranges = ranges
    parameters = descriptions
  }

  public var stageCount: Int { stages.count }

  /// Computes all stages, to be used and not to be learnt from.
  ///
  /// - Parameters:
  ///   - patches: `[n, 96, 64, 1]`, or what else the input is.
  ///   - batch: The most of them that are computed at once.
  /// - Returns: `[n, outputs]`.
  public mutating func infer(_ patches: Tensor, batch: Int) -> Tensor {
    let count = patches.shape[0]
    let patchSize = patches.shape.dropFirst().reduce(1, *)
    var result = Tensor(uninitialized: [count, outputs])
    for first in stride(from: 0, to: count, by: batch) {
      let size = min(batch, count - first)
      var x = Tensor(uninitialized: [size] + patches.shape.dropFirst())
      x.replace(from: 0, with: patches.values.extracting(first * patchSize..<(first + size) * patchSize))
      var features = Features(x)
      for stage in 0..<stageCount { features = forward(stage: stage, features, mode: .inference) }
      result.replace(from: first * outputs, with: features.tensor.values)
    }
    return result
  }

  /// The positions in `parameters` of what a stage learns.
  public func parameterRange(ofStage stage: Int) -> Range<Int> { ranges[stage] }

  /// The values that a parameter begins with; they follow from the seed and its name alone.
  ///
  /// - Parameter prior: How likely each label is at first, which is up to the last parameter, the bias of the outputs;
  ///   `nil` for even odds.
  public func initialValues(of description: ParameterDescription, seed: UInt64, prior: Float? = nil) -> Tensor {
    if let prior, classes > 0, description.name == parameters.last?.name {
      return Tensor([classes], values: [Float](repeating: logf(prior / (1 - prior)), count: classes))
    }
    var generator = SeededGenerator(seed: seed, stream: description.name)
    var values = Tensor(uninitialized: description.shape)
    var target = values.mutableValues
    // Piece by piece, since a drawn piece takes its memory several times.
    for first in stride(from: 0, to: target.count, by: 1 << 16) {
      let count = min(1 << 16, target.count - first)
      let piece = Parameter([count], kind: description.kind, start: description.start)
        .initialValue(using: &generator)
      let source = piece.values
      for index in 0..<count { target[first + index] = source[index] }
    }
    return values
  }

  /// Computes one stage: the first one's input is the patches, the last one's output the logits.
  public mutating func forward(stage: Int, _ x: Features, mode: Mode) -> Features {
    stages[stage].layers.forward(x, mode: mode)
  }

  /// The gradient of a stage's input from that of its output; its parameters' gradients are found on the way.
  ///
  /// - Returns: `nil` for the first stage, whose input is data.
  public mutating func backward(stage: Int, _ dy: Features) -> Features? {
    guard stage > 0 else {
      stages[stage].layers.backwardToParameters(dy)
      return nil
    }
    return stages[stage].layers.backward(dy)
  }

  public mutating func gradient(ofParameter index: Int) -> Tensor {
    var gradient: Tensor?
    update(parameter: index) { gradient = $0.gradient }
    return gradient!
  }

  public mutating func value(ofParameter index: Int) -> Tensor {
    var value: Tensor?
    update(parameter: index) { value = $0.value }
    return value!
  }

  /// Sets some rows of a parameter (whole ones, by its first extent).
  public mutating func setValue(ofParameter index: Int, fromRow row: Int, values: Span<Float>) {
    let name = parameters[index].name
    let first = row * parameters[index].shape.dropFirst().reduce(1, *)
    update(parameter: index) { parameter in
      precondition(first + values.count <= parameter.value.count, "rows beyond the end of \(name)")
      parameter.value.replace(from: first, with: values)
    }
  }

  /// What each layer is and costs, stage by stage, in the order of the forward pass.
  public var stageSummaries: [StageSummary] {
    var shape = specification.input.shape
    return stages.map { stage in
      var layers: [LayerSummary] = []
      shape = stage.layers.summarize(stage.name, input: shape) { layers.append($0) }
      return StageSummary(name: stage.name, output: shape, layers: layers)
    }
  }

  /// What each layer is and costs, in the order of the forward pass.
  public var layers: [LayerSummary] { stageSummaries.flatMap(\.layers) }

  /// Changes a parameter where it is, so that nothing of it is copied.
  public mutating func update(parameter index: Int, _ body: (inout Parameter) -> Void) {
    let stage = ranges.firstIndex { $0.contains(index) }!
    var position = ranges[stage].lowerBound
    stages[stage].layers.visit("") { _, parameter in
      if position == index { body(&parameter) }
      position += 1
    }
  }
}
