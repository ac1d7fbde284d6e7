import Foundation
import Layers
import Models
import Telemetry

/// What `antiphon models` tells.
struct ModelReport: Encodable {
  /// How much is told of a network.
  enum Detail { case sums, stages, layers }

  /// A stage or a layer.
  struct Part: Encodable {
    let name: String
    /// What kind of layer; `nil` for a stage.
    let kind: String?
    /// How a convolution is computed; `nil` for others.
    let method: String?
    /// For one example: height, width and channels, or the number of values.
    let output: [Int]
    let weights: Int, multiplies: Int, activationBytes: Int
    /// Those of a stage, where each layer is to be told.
    let layers: [Part]?
  }

  struct Model: Encodable {
    let model: String
    let weights: Int
    /// Of the forward pass for an example.
    let multiplies: Int
    /// What training keeps of a mini-batch until the backward pass.
    let activationBytes: Int
    let paper: PaperFigures?
    /// Why a figure is not the paper's.
    let note: String?
    let stages: [Part]?
  }

  let batch: Int
  let classes: Int
  let models: [Model]

  init(_ specifications: [ModelSpecification], batch: Int, classes: Int, detail: Detail) {
    self.batch = batch
    self.classes = classes
    models = specifications.map { Model($0, batch: batch, classes: classes, detail: detail) }
  }
}

extension ModelReport.Model {
  init(_ specification: ModelSpecification, batch: Int, classes: Int, detail: ModelReport.Detail) {
    let stages = Network(specification, classes: classes).stageSummaries
    let layers = stages.flatMap(\.layers)
    model = specification.description
    (weights, multiplies, activationBytes) = (layers.weights, layers.multiplies, layers.bytes(batch))
    paper = PaperFigures(of: specification, classes: classes)
    note = paper != nil && specification.architecture == .inceptionV3 ? Self.inceptionNote : nil
    self.stages = detail == .sums ? nil : stages.map { .init($0, batch: batch, showsLayers: detail == .layers) }
  }

  private static let inceptionNote =
    "Inception has more multiplies than the paper's 4.7B: with its stem cut where the text says, the first 3x3 "
    + "convolution has maps of 94x62, and 0.81B multiplies. The weights are the paper's."
}

extension ModelReport.Part {
  init(_ stage: StageSummary, batch: Int, showsLayers: Bool) {
    (name, kind, method, output) = (stage.name, nil, nil, stage.output)
    (weights, multiplies, activationBytes) = (stage.layers.weights, stage.layers.multiplies, stage.layers.bytes(batch))
    layers = showsLayers ? stage.layers.map { .init($0, batch: batch) } : nil
  }

  init(_ layer: LayerSummary, batch: Int) {
    (name, kind, output, layers) = (layer.name, layer.kind, layer.output, nil)
    method = layer.method.map { "\($0)" }
    (weights, multiplies, activationBytes) = (layer.weights, layer.multiplies, [layer].bytes(batch))
  }
}

extension [LayerSummary] {
  fileprivate func bytes(_ batch: Int) -> Int { keptValues * batch * MemoryLayout<Float>.stride }
}
