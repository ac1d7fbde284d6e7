/// A change that is made to each mini-batch, at random, so that a network does not learn single patches by heart.
public enum Augmentation: String, CaseIterable, Codable, Sendable, CustomStringConvertible {
  /// Each example becomes a mixture of itself and another one of its mini-batch, and so do its targets; the shares are
  /// uniform (Zhang et al. 2018 with α = 1, a share for each example as in PANNs, Kong et al. 2020).
  case mixup
  /// Two stripes of frames and two of bands of each patch, each of a random width, are filled with the patch's mean
  /// (Park et al. 2019, as in PANNs).
  case specAugment = "spec-augment"

  public var description: String { rawValue }

  /// Reads `none`, or some with commas between.
  public static func list(parsing text: String) throws(SettingsError) -> [Augmentation] {
    guard text != "none" else { return [] }
    var list: [Augmentation] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let augmentation = Augmentation(rawValue: String(part)), !list.contains(augmentation) else {
        throw SettingsError("expected none, mixup, spec-augment or mixup,spec-augment, not '\(text)'")
      }
      list.append(augmentation)
    }
    return list
  }
}
