import Checkpoints
import Embeddings
import Foundation
import Models
import Parameters
import Tensors
import Testing
import Training

@Suite struct `Embeddings` {
  @Test(arguments: ["fc-2x8", "fc-2x8-b5", "alexnet-w2", "vgg19-w1-b3", "resnet14-w1", "inception-w2"])
  func `are what the output layer multiplies`(model: String) throws {
    let specification = try ModelSpecification(parsing: model)
    var whole = Network(specification, classes: 3).drawn
    var embedder = try embedder(model)
    let patches = Tensor.patches(4)
    var logits = Tensor([4, 3])
    let output = whole.parameters.indices.suffix(2)
    #expect(whole.parameters[output.lowerBound].shape == [embedder.size, 3])
    logits.multiply(embedder.embeddings(of: patches).matrix, whole.value(ofParameter: output.lowerBound).matrix)
    let expected = whole.infer(patches, batch: 4)
    for (ours, theirs) in zip(logits.array, expected.array) {
      #expect(abs(ours - theirs) <= 1e-4 * max(1, abs(theirs)))
    }
  }

  @Test(arguments: ["fc-2x8", "resnet14-w2", "vggish-w2"])
  func `of a patch do not depend on the others of its batch`(model: String) throws {
    let patches = Tensor.patches(17)
    var together = try embedder(model, batch: 64)
    let expected = together.embeddings(of: patches).array
    let largest = expected.map(abs).max()!
    for batch in [1, 2, 5, 16] {
      var embedder = try embedder(model, batch: batch)
      let found = embedder.embeddings(of: patches).array
      #expect(zip(found, expected).allSatisfy { abs($0 - $1) <= 1e-5 * largest })
    }
  }

  /// `VGGISH_FIXTURE` may name another fixture of `make_vggish.py`, as wide as the released network: `folder/vggish`.
  private static let vggish =
    [fixture("vggish-w1")] + [ProcessInfo.processInfo.environment["VGGISH_FIXTURE"]].compactMap { $0 }

  @Test(arguments: vggish) func `of VGGish are TensorFlow's`(path: String) throws {
    struct Expected: Decodable {
      let embeddings: [[Float]]
    }
    let data = try Data(contentsOf: URL(filePath: "\(path).json"))
    let expected = try JSONDecoder().decode(Expected.self, from: data).embeddings.flatMap { $0 }
    let file = try SafetensorsFile("\(path).safetensors")
    let model = try ModelSpecification(parsing: try #require(file.metadata["model"]))
    var network = Network(withoutOutput: model)
    #expect(Set(network.parameters.map(\.name)) == Set(file.shapes.keys))
    for (index, parameter) in network.parameters.enumerated() {
      let values = try file.values(of: parameter.name)
      #expect(values.shape == parameter.shape)
      network.setValue(ofParameter: index, fromRow: 0, values: values.values)
    }
    let values = (0..<3 * 96 * 64).map { (place: Int) -> Float in
      let place = Double(place)
      return Float(2 * sin(0.37 * place) + cos(0.0113 * place) - 1)
    }
    let patches = Tensor([3, 96, 64, 1], values: values)
    var embedder = Embedder(network)
    let found = embedder.embeddings(of: patches).array
    #expect(found.count == expected.count)
    #expect(zip(found, expected).allSatisfy { abs($0 - $1) < 1e-4 * max(1, abs($1)) })
  }
}
