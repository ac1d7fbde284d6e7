import Checkpoints
import Clusters
import Foundation
import Models
import Parameters
import Training

extension StartingWeights {
  /// The folder of a checkpoint, or the file, that is meant by a path which may also be that of a run.
  static func source(_ path: String) throws -> String {
    guard let folder = try? RunFolder(opening: path) else { return path }
    let store = try CheckpointStore(of: folder, folder.settings())
    guard let checkpoint = try store.newestGood().checkpoint else {
      throw ClusterError("expected a checkpoint in \(store.location), there is no good one")
    }
    guard checkpoint.path.hasPrefix("/") else {
      throw ClusterError("expected a checkpoint on a disk to begin with, that of \(path) is in \(store.location)")
    }
    return checkpoint.path
  }

  /// Checks that a new run can begin with what its settings name.
  ///
  /// - Returns: What is taken, in a line for people; `nil` where the run begins from nothing.
  static func check(for settings: RunSettings) throws -> String? {
    guard let path = settings.initialValues else { return nil }
    let weights = try StartingWeights(path)
    try weights.check()
    let model = try Manifest(of: settings)
    let missing = weights.missing(from: model)
    guard missing.count < model.entries.count else {
      let example = model.entries.first.map { "'\($0.name)' of \($0.shape)" } ?? "any"
      throw SettingsError(
        "expected tensors of \(settings.model) in \(path), as \(example): none has its name and shape")
    }
    let taken = "\(model.entries.count - missing.count) of \(model.entries.count) tensors begin as in \(path)"
    guard !missing.isEmpty else { return taken }
    let names = missing.prefix(4).map(\.name) + (missing.count > 4 ? ["…"] : [])
    return "\(taken); anew: \(names.joined(separator: ", "))"
  }
}
