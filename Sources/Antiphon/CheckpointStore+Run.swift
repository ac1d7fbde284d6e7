import Checkpoints
import Clusters
import Foundation
import Parameters

extension CheckpointStore {
  /// The checkpoints of a run.
  init(of folder: RunFolder, _ settings: RunSettings) throws {
    try self.init(at: settings.checkpoints.place, orFolder: folder.checkpoints)
  }

  /// - Parameter place: As the settings have it.
  init(at place: String?, orFolder path: String) throws {
    try self.init(
      at: place, orFolder: path, environment: ProcessInfo.processInfo.environment,
      scratch: FileManager.default.temporaryDirectory.path)
  }
}
