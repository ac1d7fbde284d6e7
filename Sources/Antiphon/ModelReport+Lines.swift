import Foundation
import Telemetry

/// The report for people, of at most 80 columns where names are those of the paper's networks.
extension ModelReport {
  var lines: [String] {
    let tables = models.contains { $0.stages != nil } ? models.flatMap { $0.lines + [""] } : sumLines + [""]
    let legend =
      "Weights, and multiplies of the forward pass for an example, with \(TaskProgress.grouped(classes)) labels; biases "
      + "and batch norm are not counted. Activations: what training keeps of a mini-batch of "
      + "\(TaskProgress.grouped(batch)) until its backward pass."
    let hasLayers = models.contains { $0.stages?.contains { $0.layers != nil } == true }
    let methods =
      hasLayers
      ? ["F(4x4): by Winograd's tiles of 4x4 outputs; other convolutions are products of matrices."] : []
    return tables + ([legend] + methods + models.compactMap(\.note)).flatMap { $0.wrapped(to: 80) }
  }

  private var sumLines: [String] {
    let header = ["model", "weights", "paper", "multiplies", "paper", "activations"]
    let rows = models.map { model in
      let paper = [model.paper?.weights, model.paper?.multiplies].map { $0.map(PaperFigures.text) ?? "" }
      let (weights, multiplies) = (TaskProgress.grouped(model.weights), TaskProgress.grouped(model.multiplies))
      return [model.model, weights, paper[0], multiplies, paper[1], model.activationBytes.memory]
    }
    return TextTable(words: 1, rows: [header] + rows).lines
  }
}

extension ModelReport.Model {
  /// Its stages, each with its layers where they are told, and their sum.
  fileprivate var lines: [String] {
    var rows = [[model, "output", "weights", "multiplies", "activations"]]
    for stage in stages ?? [] {
      rows.append(stage.cells)
      rows += (stage.layers ?? []).map(\.cells)
    }
    rows.append(["sum", "", TaskProgress.grouped(weights), TaskProgress.grouped(multiplies), activationBytes.memory])
    if let paper {
      rows.append(["the paper", "", PaperFigures.text(paper.weights), PaperFigures.text(paper.multiplies), ""])
    }
    return TextTable(words: 1, rows: rows).lines
  }
}

extension ModelReport.Part {
  /// Layers go by their kind, below their stage: their names are long.
  fileprivate var cells: [String] {
    let counts = [weights, multiplies].map { $0 == 0 ? "" : TaskProgress.grouped($0) }
    // `F(4x4, 3x3)`, of which the kernel has been said.
    let tile = method.flatMap { $0.hasPrefix("F(") ? ", " + $0.prefix { $0 != "," } + ")" : nil } ?? ""
    return [kind.map { "  \($0)\(tile)" } ?? name, output.map(String.init).joined(separator: "x")] + counts
      + [activationBytes == 0 ? "" : activationBytes.memory]
  }
}

extension Int {
  /// Bytes as `12.3 MiB`.
  fileprivate var memory: String {
    let mebibytes = Double(self) / 1_048_576
    return mebibytes < 1024
      ? String(format: "%.1f MiB", mebibytes) : String(format: "%.2f GiB", mebibytes / 1024)
  }
}

extension String {
  /// Lines of whole words, of at most `width` characters.
  fileprivate func wrapped(to width: Int) -> [String] {
    var lines = [""]
    for word in split(separator: " ") {
      let line = lines.last!.isEmpty ? String(word) : "\(lines.last!) \(word)"
      if line.count <= width { lines[lines.count - 1] = line } else { lines.append(String(word)) }
    }
    return lines
  }
}
