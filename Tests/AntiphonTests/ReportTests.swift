import Foundation
import FoundationXML
import Testing

/// `antiphon report`, of small runs that were trained.
@Suite(.serialized) struct `A report` {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  @Test func `tells of a run on one page that needs nothing else`() async throws {
    let dataset = try await SmallDataset.prepare(in: scratch)
    let run = try await trained("whole", of: dataset, ["--evaluate"])
    let folder = scratch.path("figures")
    let ending = try await Programs.antiphon("report", run, "--figures", folder, "--json", in: scratch)
    try #require(ending.code == 0, "\(ending.errors)")
    let told = try #require(JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any])
    #expect(told["file"] as? String == "\(run)/report.html" && told["map"] is Double && told["clips"] as? Int == 6)

    let nowhere = try await Programs.antiphon("report", run, "--into", "\(run)/not/there.html", in: scratch)
    #expect(nowhere.code == 78 && nowhere.errors.contains("\(run)/not is none"), "\(nowhere.errors)")

    let page = try ReadPage("\(run)/report.html")
    #expect(told["bytes"] as? Int == page.html.utf8.count)
    #expect(
      page.titles == [
        "Result", "Training", "Precision, recall and ROC", "Labels", "Rare and frequent labels", "Confusions",
        "The most wrong clips",
      ])
    for text in ["fc-2x32", "Configuration", "What happened", "All 3 labels", "Speed", "Validation", "mAP, chance"] {
      #expect(page.text.contains(text), "\(text)")
    }
    #expect(page.pictures.count == 6 && page.pictures.allSatisfy { $0.hasPrefix("data:image/png;base64,") })
    #expect(!page.html.contains("http") && !page.html.contains("<script"))
    let figures = try FileManager.default.contentsOfDirectory(atPath: folder)
    #expect(Set(figures).isSuperset(of: ["training-loss.svg", "roc.svg", "prior-d-prime.svg", "confusions.svg"]))
    for figure in figures { _ = try ReadPage("\(folder)/\(figure)") }
  }

  @Test func `has names of labels as they are`() async throws {
    let name = #"l<o&w "x" </td>"#
    let quoted = #""l<o&w ""x"" </td>""#
    let dataset = try await dataset("named") { $0.replacing(",low\n", with: ",\(quoted)\n") }
    let page = try await page(of: trained("names", of: dataset))
    #expect(page.text.contains(name) && !page.html.contains("l<o") && !page.html.contains("<td>l<"))
  }

  @Test(arguments: ["only", "only;rare"]) func `of labels that cannot be scored says so`(first: String) async throws {
    let dataset = try await dataset("odd") { rows in
      rows.replacing(/,(low|high|noise)\n/, with: ",only\n").replacing("low-0.wav,only", with: "low-0.wav,\(first)")
    }
    let run = try await trained("odd-run", of: dataset)
    let page = try await page(of: run)
    #expect(page.text.contains("No label can be scored") && page.text.contains("nothing to draw"))
    #expect(!page.text.contains("Validation"), "nobody evaluated it while it was trained")
  }

  @Test func `of a run whose record is lost has all else`() async throws {
    let dataset = try await SmallDataset.prepare(in: scratch)
    let run = try await trained("bare", of: dataset)
    for file in ["metrics.jsonl", "events.jsonl"] { try FileManager.default.removeItem(atPath: "\(run)/\(file)") }
    let page = try await page(of: run)
    #expect(page.text.contains("Nothing was recorded of it.") && page.titles.contains("Confusions"))
  }

  @Test func `and an evaluation are of a balanced choice of clips, where that is wanted`() async throws {
    let dataset = try await dataset("many") { rows in rows.replacing(/,(low|high)\n/, with: ",pure\n") }
    let run = try await trained("balanced", of: dataset)
    let ending = try await Programs.antiphon("evaluate", run, "--balanced", "1", "--json", in: scratch)
    let told = try #require(JSONSerialization.jsonObject(with: Data(ending.output.utf8)) as? [String: Any])
    #expect(told["clips"] as? Int == 2 && told["balanced"] as? Int == 1 && told["chance_map"] as? Double == 0.5)
    #expect(FileManager.default.fileExists(atPath: "\(run)/evaluation-balanced.csv"))
    #expect(try await page(of: run, ["--balanced", "1"]).text.contains("balanced: 1 clips for each label"))
    let none = try await Programs.antiphon("evaluate", run, "--balanced", "0", in: scratch)
    #expect(none.code == 64 && none.errors.contains("--balanced must be positive, it is 0."), "\(none.errors)")
  }

  /// A dataset of the small one's sounds with other labels.
  private func dataset(_ name: String, _ change: (String) -> String) async throws -> String {
    _ = try await SmallDataset.prepare(in: scratch)
    let rows = try String(contentsOfFile: scratch.path("labels.csv"), encoding: .utf8)
    _ = try scratch.write(change(rows), to: "labels.csv")
    let ending = try await SmallDataset.start(in: scratch, into: name).end(within: 60)
    try #require(ending.code == 0, "\(ending.errors)")
    return scratch.path(name)
  }

  private func trained(_ name: String, of dataset: String, _ more: [String] = []) async throws -> String {
    let run = TrainedRun(name, of: dataset, in: scratch)
    let ending = try await run.start(steps: 40, more).end(within: 120)
    try #require(ending.code == 0, "\(ending.errors)")
    return run.folder
  }

  private func page(of run: String, _ more: [String] = []) async throws -> ReadPage {
    let file = scratch.path("page.html")
    let command = ["report", run, "--into", file] + more
    let ending = try await Programs.start("antiphon", command, in: scratch).end(within: 60)
    try #require(ending.code == 0, "\(ending.errors)")
    return try ReadPage(file)
  }
}

/// A page, which is well-formed XML, as an XML parser reads it.
private final class ReadPage: NSObject, XMLParserDelegate {
  let html: String
  private(set) var text = ""
  /// Of its sections.
  private(set) var titles: [String] = []
  private(set) var pictures: [String] = []
  private var isInTitle = false

  init(_ file: String) throws {
    html = try String(contentsOfFile: file, encoding: .utf8)
    super.init()
    let parser = XMLParser(data: Data(html.utf8))
    parser.delegate = self
    let isRead = parser.parse()
    try #require(isRead, "\(file), line \(parser.lineNumber), column \(parser.columnNumber)")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    isInTitle = name == "h2"
    if isInTitle { titles.append("") }
    if name == "img" { pictures.append(attributes["src"] ?? "") }
  }

  func parser(_ parser: XMLParser, didEndElement name: String, namespaceURI: String?, qualifiedName: String?) {
    isInTitle = false
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) {
    text += string
    if isInTitle { titles[titles.count - 1] += string }
  }
}
