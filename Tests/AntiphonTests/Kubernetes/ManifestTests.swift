import Foundation
import Testing

@Suite(.enabled(if: Manifests.canBeValidated, "Tests/setup says what is missing"))
struct `Manifests for Kubernetes` {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private static let folders = [
    "overlays/laptop", "overlays/production", "overlays/laptop/desk", "overlays/production/desk", "jobset", "tfjob",
  ]
  private static let texts = Dictionary(
    uniqueKeysWithValues: folders.map { name in
      (name, Result { try Manifests.rendered(Manifests.folder.appending(path: name).path()) })
    })

  private func rendered(_ name: String) throws -> String { try #require(Self.texts[name]).get() }

  @Test(arguments: folders)
  func `have no field that Kubernetes does not know, and no name that nothing has`(_ folder: String) throws {
    #expect(try Manifests.faults(of: rendered(folder), in: scratch) == "")
  }

  @Test(arguments: [
    ("overlays/laptop", "readinessProbe:", "readynessProbe:", "'readynessProbe' was unexpected"),
    ("overlays/laptop/desk", "policyTypes:", "policyTypes2:", "'policyTypes2' was unexpected"),
    ("overlays/laptop", "maxUnavailable: 1", "maxUnavailable: [1]", "[1] is not"),
    ("overlays/laptop", "kind: StatefulSet", "kind: StatefullSet", "no such kind"),
    ("overlays/laptop", "key: SERVERS", "key: SERVER", "no SERVER in a ConfigMap"),
    ("overlays/laptop", "--run=$(RUN)", "--run=$(RUNS)", "no variable RUNS"),
    ("overlays/laptop", "clusterIP: None", "clusterIP: 10.0.0.7", "expected its headless service"),
    ("jobset", "enableDNSHostnames:", "enableDnsHostnames:", "unexpected enableDnsHostnames"),
    ("jobset", "podFailurePolicy:", "podFailurePolicies:", "'podFailurePolicies' was unexpected"),
    ("tfjob", "cleanPodPolicy: None", "cleanPodPolicy: Nothing", "found 'Nothing'"),
    ("tfjob", "failureThreshold: 360", "failuresThreshold: 360", "'failuresThreshold' was unexpected"),
  ])
  func `are refused when a word is wrong`(_ folder: String, _ word: String, _ wrong: String, _ fault: String) throws {
    let text = try rendered(folder)
    try #require(text.contains(word))
    let faults = try Manifests.faults(of: text.replacing(word, with: wrong, maxReplacements: 1), in: scratch)
    #expect(faults.contains(fault), "\(faults)")
  }

  @Test func `have as many servers as these are told that they are, by one number`() throws {
    let copy = scratch.path("kubernetes")
    try FileManager.default.copyItem(atPath: Manifests.folder.path(), toPath: copy)
    let overlay = "\(copy)/overlays/production"
    let file = "\(overlay)/kustomization.yaml"
    try "RUN=/runs/x\nSERVERS=7\nWORKERS=3\nOPTIONS=--model fc\n".write(
      toFile: "\(overlay)/run.env", atomically: true, encoding: .utf8)
    let kustomization = try String(contentsOfFile: file, encoding: .utf8)
      .replacing("components/elastic-workers # or", with: "components/worker-job # or")
    try kustomization.write(toFile: file, atomically: true, encoding: .utf8)
    let text = try Manifests.rendered(overlay)
    for line in [
      "  replicas: 7\n", "  SERVERS: \"7\"\n", "  parallelism: 3\n", "  completions: 3\n", "--count=$(SERVERS)",
    ] {
      #expect(text.contains(line), "\(line)")
    }
    #expect(!text.contains("name: antiphon-worker\n"))
    #expect(try Manifests.faults(of: text, in: scratch) == "")
  }

  @Test(arguments: ["laptop", "production"]) func `have an evaluator where its line is no comment`(name: String) throws
  {
    let copy = scratch.path("kubernetes")
    try FileManager.default.copyItem(atPath: Manifests.folder.path(), toPath: copy)
    let overlay = "\(copy)/overlays/\(name)"
    #expect(try !Manifests.rendered(overlay).contains("--role=evaluate"))
    let file = "\(overlay)/kustomization.yaml"
    try String(contentsOfFile: file, encoding: .utf8)
      .replacing("# - ../../components/evaluator", with: "- ../../components/evaluator")
      .write(toFile: file, atomically: true, encoding: .utf8)
    let text = try Manifests.rendered(overlay)
    #expect(text.contains("  name: antiphon-evaluator\n") && text.contains("- --role=evaluate\n"))
    #expect(try Manifests.faults(of: text, in: scratch) == "")
  }
}
