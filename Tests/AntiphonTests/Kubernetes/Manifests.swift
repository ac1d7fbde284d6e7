import Foundation
import Testing

/// The repository's manifests for Kubernetes, and the tools that tests of them need.
enum Manifests {
  static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().deletingLastPathComponent()
  static let folder = repository.appending(path: "Cluster/kubernetes")
  private static let python = repository.appending(path: ".build/tools/bin/python").path()
  private static let validator = repository.appending(path: "Tests/Kubernetes/validate").path()

  /// Whether `Tests/setup` could fetch the tools.
  static let canBeValidated =
    (try? run(python, ["-c", "import kubernetes_validate"]).code) == 0
    && (try? run("kubectl", ["kustomize", folder.appending(path: "overlays/laptop").path()]).code) == 0

  /// Runs a program to its end.
  static func run(_ program: String, _ arguments: [String]) throws -> (code: Int32, output: String) {
    let process = Process()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = [program] + arguments
    let pipe = Pipe()
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = pipe
    process.standardError = pipe
    try process.run()
    let output = pipe.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    return (process.terminationStatus, String(decoding: output, as: UTF8.self))
  }

  /// What Kubernetes would be given of a folder.
  static func rendered(_ folder: String) throws -> String {
    let (code, output) = try run("kubectl", ["kustomize", folder])
    try #require(code == 0, "\(output)")
    return output
  }

  /// The faults of a rendered text, a line for each.
  static func faults(of text: String, in scratch: Scratch) throws -> String {
    let file = try scratch.write(text, to: "rendered.yaml")
    let (code, output) = try run(python, [validator, file])
    #expect((code == 0) == output.isEmpty, "\(output)")
    return output
  }

  /// All files below a folder whose names end so.
  static func files(_ ending: String = "", below folder: URL = folder) throws -> [URL] {
    let found = try #require(FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil))
    return found.compactMap { $0 as? URL }.filter { $0.path().hasSuffix(ending) && !$0.hasDirectoryPath }
  }
}
