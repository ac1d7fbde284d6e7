public import Datasets
public import Parameters

extension RunSettings {
  /// Checks that a dataset has the labels and the patches that the run is about.
  ///
  /// - Throws: `SettingsError`.
  public func check(_ dataset: Dataset) throws(SettingsError) {
    let description = dataset.description
    guard description.vocabularyDigest == vocabularyDigest else {
      throw SettingsError(
        "expected a dataset with the \(classes) labels of the run, those of \(dataset.folder) are others")
    }
    guard patchOrigin == nil || description.patchOrigin == patchOrigin else {
      throw SettingsError(
        "expected \(patchOrigin!), which the run is about, found \(description.patchOrigin) in \(dataset.folder)")
    }
  }
}
