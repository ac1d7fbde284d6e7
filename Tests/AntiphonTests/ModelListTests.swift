import Foundation
import Testing

@Suite struct `The list of models` {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func `shows a network's stages and their sum in 80 columns`() async throws {
    let ending = try await Programs.antiphon("models", "inception", "fc", in: scratch)
    #expect(ending.code == 0, "\(ending.errors)")
    let lines = ending.output.split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 80 })
    func cells(_ name: String) -> [String] {
      lines.first { $0.hasPrefix("\(name) ") }?.split(separator: " ").map(String.init) ?? []
    }
    // 32 patches of 6,144 standardized values, and 1000 of a ReLU; the output layer has a row for each label.
    #expect(cells("hidden1") == ["hidden1", "1000", "6,144,000", "6,144,000", "1.0", "MiB"])
    #expect(cells("output") == ["output", "3087", "3,087,000", "3,087,000", "0.4", "MiB"])
    #expect(cells("mixed5b").prefix(2) == ["mixed5b", "46x30x256"])
    let paper = lines.filter { $0.hasPrefix("the paper") }.map { $0.split(separator: " ").suffix(2) }
    #expect(paper == [["28M", "4.7B"], ["11.2M", "11.2M"]])
    let sums = lines.filter { $0.hasPrefix("sum") }.map { $0.split(separator: " ")[1...2] }
    #expect(sums == [["28,039,760", "5,437,980,672"], ["11,231,000", "11,231,000"]])
    #expect(lines.suffix(3).joined(separator: " ").contains("more multiplies than the paper's 4.7B"))
  }

  @Test func `is one JSON object, with each layer where they are asked for`() async throws {
    let ending = try await Programs.antiphon(
      "models", "alexnet", "resnet14-w8", "--batch", "1", "--layers", "--json", in: scratch)
    struct Report: Decodable {
      struct Figures: Decodable, Equatable { let weights: Int, multiplies: Int }
      struct Part: Decodable {
        let name: String, kind: String?, output: [Int], weights: Int, multiplies: Int, activationBytes: Int
        let layers: [Part]?
      }
      struct Model: Decodable {
        let model: String, weights: Int, multiplies: Int, activationBytes: Int, paper: Figures?, stages: [Part]
      }
      let batch: Int, classes: Int, models: [Model]
    }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let report = try decoder.decode(Report.self, from: Data(ending.output.utf8))
    #expect(report.batch == 1 && report.classes == 3087)
    #expect(report.models.map(\.model) == ["alexnet-w96", "resnet14-w8"])
    #expect(report.models.map(\.paper) == [.init(weights: 37_300_000, multiplies: 767_000_000), nil])
    #expect(report.models[0].weights == 37_338_464)
    for model in report.models {
      let layers = model.stages.flatMap { $0.layers ?? [] }
      #expect(layers.reduce(0) { $0 + $1.weights } == model.weights)
      #expect(layers.reduce(0) { $0 + $1.multiplies } == model.multiplies)
      #expect(layers.reduce(0) { $0 + $1.activationBytes } == model.activationBytes)
      #expect(layers.last?.output == [3087] && layers.last?.kind == "fully connected")
    }
  }

  @Test(arguments: [
    (["models", "resnet51"], Int32(78), "'resnet51' came"), (["models", "--batch", "0"], 64, "--batch must be in 1"),
    (["models", "fc", "--classes", "0"], 64, "--classes must be in 1"),
  ])
  func `refuses what it cannot show`(arguments: [String], code: Int32, message: String) async throws {
    let ending = try await Programs.start("antiphon", arguments, in: scratch).end(within: 30)
    #expect(ending.code == code)
    #expect(ending.output.isEmpty)
    #expect(ending.errors.contains(message), "\(ending.errors)")
  }
}
