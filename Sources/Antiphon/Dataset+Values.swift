import Datasets
import Parameters

extension Dataset {
  /// Demands that bytes mean what they mean in the dataset that a network has learnt from, as long as that is there to tell.
  ///
  /// - Throws: `SettingsError`.
  func demandValues(of folder: String) throws {
    guard let learnt = try? Dataset(opening: folder, of: nil).description.quantization,
      learnt != description.quantization
    else { return }
    throw SettingsError(
      "expected a dataset whose bytes are values from \(learnt), as those of \(folder) that the network has learnt from, "
        + "those of \(self.folder) are from \(description.quantization)")
  }
}
