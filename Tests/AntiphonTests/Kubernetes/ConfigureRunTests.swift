import Foundation
import Testing

/// The script with which a run's folder is made on a cluster.
@Suite struct `The configuring of a run on a cluster` {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func configure(_ index: Int, _ options: String) throws -> Programs.Running {
    let script = Manifests.folder.appending(path: "image/configure-run").path()
    let path = Programs.folder.path() + ":/usr/bin:/bin"
    return try Programs.start(
      URL(filePath: "/usr/bin/env"),
      ["PATH=\(path)", script, "\(index)", scratch.path("runs/first"), scratch.path("keys"), options], in: scratch)
  }

  @Test func `is done once, by server 0, with the keys of its secret`() async throws {
    let dataset = try await SmallDataset.prepare(in: scratch)
    let keys = try await Programs.antiphon("keys", scratch.path("made"), "--new", in: scratch)
    try #require(keys.code == 0, "\(keys.errors)")
    let again = try await Programs.antiphon("keys", scratch.path("made"), "--new", in: scratch)
    #expect(again.code == 78 && again.errors.contains("there is \(scratch.path("made")) already"), "\(again.errors)")
    try FileManager.default.moveItem(atPath: scratch.path("made/keys"), toPath: scratch.path("keys"))

    let other = try configure(1, "--nothing")
    let wrong = try await configure(0, "--model resnet14 --data \(scratch.path("none"))").end(within: 30)
    #expect(wrong.code == 78 && wrong.errors.contains("none/dataset.json"), "\(wrong.errors)")
    let first = try await configure(0, "--servers=3 --workers=2 --model fc-2x32 --data \(dataset)").end(within: 30)
    #expect(first.code == 0, "\(first.errors)")
    #expect(try await other.end(within: 30).code == 0)
    #expect(try await configure(0, "--nothing").end(within: 30).code == 0)

    let shown = try await Programs.antiphon("keys", scratch.path("runs/first"), in: scratch)
    #expect(shown.output.contains("there are keys"), "\(shown.output)\(shown.errors)")
    let link = try FileManager.default.destinationOfSymbolicLink(atPath: scratch.path("runs/first/keys"))
    #expect(link == scratch.path("keys"))
  }
}
