import Datasets
import Foundation
import Testing

@Suite struct `antiphon embed` {
  private func vectors(_ folder: String) throws -> [String: [UInt8]] {
    let dataset = try Dataset(opening: folder, of: .embedding)
    var result: [String: [UInt8]] = [:]
    for split in Split.allCases {
      var clips = dataset.clips(of: split)
      while let clip = try clips.next() { result[clip.identifier] = clip.patches }
    }
    return result
  }

  @Test func `makes the same of a run's dataset as of its sounds, and other networks refuse its components`()
    async throws
  {
    let scratch = try Scratch()
    let dataset = try await SmallDataset.prepare(in: scratch, clips: 30)
    let run = TrainedRun("run", of: dataset, in: scratch)
    let trained = try await run.start(steps: 20).end(within: 120)
    try #require(trained.code == 0, "\(trained.errors)")
    let (pca, sounds) = (scratch.path("pca.safetensors"), scratch.path("sounds"))
    let first = try await Programs.antiphon(
      "embed", dataset, "--model", run.folder, "--fit-pca", pca, "--into", scratch.path("one"), "--json", in: scratch)
    try #require(first.code == 0, "\(first.errors)")
    let summary = try #require(try JSONSerialization.jsonObject(with: Data(first.output.utf8)) as? [String: Any])
    #expect(summary["clips"] as? Int == 30 && summary["patches"] as? Int == 90)
    let second = try await Programs.antiphon(
      "embed", sounds, "--labels", scratch.path("labels.csv"), "--model", run.folder, "--pca", pca, "--into",
      scratch.path("two"), in: scratch)
    try #require(second.code == 0, "\(second.errors)")
    let (one, two) = (try vectors(scratch.path("one")), try vectors(scratch.path("two")))
    #expect(one.count == 30 && one.values.allSatisfy { $0.count == 3 * 128 } && Set(one.keys) == Set(two.keys))
    for (name, bytes) in one {
      let other = try #require(two[name])
      #expect(zip(bytes, other).allSatisfy { abs(Int($0) - Int($1)) <= 1 })
    }
    #expect(!FileManager.default.fileExists(atPath: scratch.path("two/.log-mel")))
    let maker = scratch.path("one/embedder.safetensors")
    let again = try await Programs.antiphon(
      "embed", dataset, "--model", maker, "--pca", maker, "--into", scratch.path("again"), in: scratch)
    try #require(again.code == 0, "\(again.errors)")
    #expect(try vectors(scratch.path("again")) == one)
    let plain = try await Programs.antiphon(
      "embed", sounds, "--model", maker, "--pca", maker, "--into", scratch.path("plain"), in: scratch)
    try #require(plain.code == 0, "\(plain.errors)")
    // Sounds of which nobody says what they are lie in other shards, and are computed in other groups.
    let unnamed = try vectors(scratch.path("plain"))
    #expect(Set(unnamed.keys) == Set(two.keys))
    for (name, bytes) in unnamed { #expect(zip(bytes, two[name] ?? []).allSatisfy { abs(Int($0) - Int($1)) <= 1 }) }
    #expect(try Dataset(opening: scratch.path("plain"), of: .embedding).description.classes == 0)
    let nothing = try await Programs.antiphon(
      "train", "--model", "single-attention-1x8", "--data", scratch.path("plain"), "--run", scratch.path("nothing"),
      in: scratch)
    #expect(nothing.code == 78 && nothing.errors.contains("expected labels for single-attention"), "\(nothing.errors)")

    let other = TrainedRun("other", of: dataset, in: scratch)
    let retrained = try await other.start(steps: 20).end(within: 120)
    try #require(retrained.code == 0, "\(retrained.errors)")
    let refused = try await Programs.antiphon(
      "embed", dataset, "--model", other.folder, "--pca", pca, "--into", scratch.path("three"), in: scratch)
    #expect(refused.code == 78 && refused.errors.contains("principal components of another network's embeddings"))
    try await checkSounds(of: scratch, "two", by: maker, notBy: other)
    let unfound = try await Programs.antiphon(
      "embed", sounds, "--model", maker, "--pca", scratch.path("none"), "--into", scratch.path("three"), in: scratch)
    #expect(unfound.code == 78)
    #expect(!FileManager.default.fileExists(atPath: scratch.path("three")), "no sound is decoded for nothing")
    let mistaken = try await Programs.antiphon("evaluate", run.folder, "--data", scratch.path("one"), in: scratch)
    #expect(mistaken.code == 78 && mistaken.errors.contains("expected log-mel patches of 96 frames"))
  }

  /// A folder of embeddings of sounds is finished, though it is cut short where their log-mel patches are removed, and takes
  /// none of another network.
  private func checkSounds(
    of scratch: Scratch, _ name: String, by maker: String, notBy other: TrainedRun
  ) async throws {
    let (into, left) = (scratch.path(name), scratch.path("\(name)/.log-mel"))
    func embed(_ model: String, _ pca: String...) async throws -> Programs.Ending {
      try await Programs.start(
        "antiphon",
        ["embed", scratch.path("sounds"), "--labels", scratch.path("labels.csv"), "--model", model, "--into", into]
          + pca,
        in: scratch
      ).end(within: 120)
    }
    let before = try vectors(into)
    try FileManager.default.createDirectory(atPath: left, withIntermediateDirectories: true)
    let again = try await embed(maker, "--pca", maker)
    #expect(again.code == 0 && again.output.contains("30 clips"), "\(again.errors)")
    #expect(!again.errors.contains("prepare"), "nothing is decoded for it: \(again.errors)")
    #expect(!FileManager.default.fileExists(atPath: left))
    let unfitted = try await embed(other.folder, "--fit-pca", scratch.path("new.safetensors"))
    #expect(unfitted.code == 78 && unfitted.errors.contains("holds a dataset"), "\(unfitted.errors)")
    let pca = scratch.path("other.safetensors")
    let fitted = try await Programs.antiphon(
      "embed", other.dataset, "--model", other.folder, "--fit-pca", pca, "--into", scratch.path("four"), in: scratch)
    try #require(fitted.code == 0, "\(fitted.errors)")
    let refused = try await embed(other.folder, "--pca", pca)
    #expect(refused.code == 78 && refused.errors.contains("holds a dataset made with other settings"))
    #expect(!FileManager.default.fileExists(atPath: left), "nothing is decoded for nothing")
    #expect(try vectors(into) == before)
  }

  @Test func `is compared by the smoke test with what VGGish's release says`() async throws {
    let scratch = try Scratch()
    let dataset = try await SmallDataset.prepare(in: scratch, clips: 30)
    // Of VGGish's form, with one filter and random values.
    let vggish = URL(filePath: #filePath).deletingLastPathComponent()
      .appending(path: "../EmbeddingsTests/Fixtures/vggish-w1.safetensors").standardizedFileURL.path
    let pca = scratch.path("pca.safetensors")
    let nowhere = try await Programs.antiphon(
      "embed", dataset, "--model", vggish, "--fit-pca", scratch.path("none/pca.safetensors"), "--into",
      scratch.path("one"), in: scratch)
    #expect(nowhere.code == 78 && nowhere.errors.contains("--fit-pca: expected a folder"), "\(nowhere.errors)")
    let embedded = try await Programs.antiphon(
      "embed", dataset, "--model", vggish, "--fit-pca", pca, "--into", scratch.path("one"), in: scratch)
    try #require(embedded.code == 0, "\(embedded.errors)")
    let compared = try await Programs.antiphon("smoke-test", "--model", vggish, "--pca", pca, in: scratch)
    #expect(compared.code == 1, "random values are not the released ones: \(compared.errors)")
    let lines = compared.output.split(separator: "\n")
    #expect(lines.count == 4 && lines[0].contains("expected   0.000657  differs by more than a tenth"), "\(lines)")
  }

  @Test func `is not needed for embeddings that others have released`() async throws {
    let scratch = try Scratch()
    try FileManager.default.createDirectory(atPath: scratch.path("release/eval"), withIntermediateDirectories: true)
    let writer = try TFRecordWriter(path: scratch.path("release/eval/00.tfrecord"))
    for (name, labels, count) in [("one", [1], 10), ("two", [], 4), ("three", [9], 10)] {
      let clip = Clip(
        identifier: name, start: 0, end: 10, labels: labels, patches: Array(repeating: 7, count: count * 128),
        patchSize: 128, kind: .embedding)
      try writer.append(clip.encoded)
    }
    try writer.finish()
    let vocabulary = try scratch.write("index,mid,display_name\n0,/m/0,a\n1,/m/1,b\n", to: "labels.csv")
    let options = ["prepare", scratch.path("release"), "--embeddings", "--into", scratch.path("embeddings")]
    let prepared = try await Programs.start("antiphon", options + ["--vocabulary", vocabulary], in: scratch)
      .end(within: 60)
    #expect(prepared.code == 0 && prepared.output.contains("1 clips without a label"))
    #expect(prepared.output.contains("1 clips of fewer than ten vectors"))
    #expect(prepared.output.contains("left out: 1 damaged: eval/00.tfrecord: at byte"))
    #expect(try vectors(scratch.path("embeddings")).mapValues(\.count) == ["one": 1280, "two": 512])
    #expect(!prepared.output.contains("validation"), "there is nothing to take clips for it from")
    for (flags, words) in [
      (["--split", "80/10/10"], "expected --split as 95/5/0"), (["--pca", "pca.npz"], "--embedder is needed"),
      (["--dequantise", "kongs"], "youtube-8m"),
    ] {
      let refused = try await Programs.start("antiphon", options + ["--vocabulary", vocabulary] + flags, in: scratch)
        .end(within: 60)
      #expect(refused.code == 64 && refused.errors.contains(words), "\(refused.errors)")
    }
    let nameless = try await Programs.start("antiphon", options, in: scratch).end(within: 60)
    #expect(nameless.code == 64 && nameless.errors.contains("--vocabulary is needed"))
  }

  @Test func `says in one line what it cannot use`() async throws {
    let scratch = try Scratch()
    let missing = try await Programs.antiphon(
      "embed", scratch.path("sounds"), "--model", scratch.path("nothing"), "--pca", "x.npz", "--into",
      scratch.path("into"), in: scratch)
    #expect(missing.code == 78 && missing.errors.split(separator: "\n").count == 1)
    let neither = try await Programs.antiphon(
      "embed", "sounds", "--model", "run", "--into", "into", in: scratch)
    #expect(neither.code == 64 && neither.errors.contains("expected either --pca or --fit-pca"))
  }
}
