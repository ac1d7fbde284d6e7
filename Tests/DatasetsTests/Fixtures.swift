import Audio
import Datasets
import Foundation
import Tensors

/// A folder that is gone after the test.
func withTemporaryFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
  let folder = FileManager.default.temporaryDirectory.appending(path: "antiphon-\(UUID().uuidString)")
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: folder) }
  return try body(folder.path)
}

func write(_ bytes: [UInt8], to path: String) throws {
  try FileManager.default.createDirectory(
    at: URL(filePath: path).deletingLastPathComponent(), withIntermediateDirectories: true)
  try Data(bytes).write(to: URL(filePath: path))
}

func write(_ text: String, to path: String) throws { try write(Array(text.utf8), to: path) }

func read(_ path: String) throws -> [UInt8] { [UInt8](try Data(contentsOf: URL(filePath: path))) }

/// The bytes of all files of a folder, by name.
func contents(of folder: String) throws -> [String: [UInt8]] {
  var result: [String: [UInt8]] = [:]
  for name in try FileManager.default.subpathsOfDirectory(atPath: folder) {
    var isFolder: ObjCBool = false
    _ = FileManager.default.fileExists(atPath: "\(folder)/\(name)", isDirectory: &isFolder)
    if !isFolder.boolValue { result[name] = try read("\(folder)/\(name)") }
  }
  return result
}

/// A clip of random patches of 8 values, so that a test of everything stays quick.
func smallClip(_ name: String, labels: [Int], patches: Int, seed: UInt64 = 1) -> Clip {
  var generator = SeededGenerator(seed: seed, stream: name)
  return Clip(
    identifier: name, start: 1.5, end: 3.25, labels: labels,
    patches: (0..<patches * 8).map { _ in UInt8.random(in: 0...255, using: &generator) }, patchSize: 8)
}

/// The front end of `smallClip`: patches of 4 x 2.
var smallSettings: PreparationSettings {
  var settings = PreparationSettings()
  settings.frontEnd.framesPerPatch = 4
  settings.frontEnd.bands = 2
  return settings
}

func smallDescription(classes: Int) -> DatasetDescription {
  let vocabulary = Vocabulary(names: (0..<classes).map { "label \($0)" })
  return DatasetDescription(vocabulary: vocabulary, settings: smallSettings, sounds: 0, soundsDigest: "", splits: [:])
}

/// What `body` throws, as people read it.
func message(of body: () throws -> Void) -> String {
  do {
    try body()
    return "no error"
  } catch {
    return "\(error)"
  }
}
