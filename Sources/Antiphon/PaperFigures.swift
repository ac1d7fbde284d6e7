import Foundation
import Models

/// The size of a network as the paper states it (Hershey et al. 2017, Table 2 and section 3.2), for its 3087 labels.
struct PaperFigures: Encodable {
  static let classes = 3087

  let weights: Int
  /// Of the forward pass for an example.
  let multiplies: Int

  /// - Returns: `nil` for a network that is not one of the paper's, or not of its width.
  init?(of specification: ModelSpecification, classes: Int) {
    guard specification == ModelSpecification(specification.architecture), classes == Self.classes else { return nil }
    switch specification.architecture {
    case .fullyConnected(layers: 3, units: 1000): (weights, multiplies) = (11_200_000, 11_200_000)
    case .alexNet: (weights, multiplies) = (37_300_000, 767_000_000)
    case .vgg19: (weights, multiplies) = (62_000_000, 2_400_000_000)
    case .inceptionV3: (weights, multiplies) = (28_000_000, 4_700_000_000)
    case .residual(.fifty): (weights, multiplies) = (30_000_000, 1_900_000_000)
    default: return nil
    }
  }

  /// `767M` or `2.4B`, as in the paper.
  static func text(_ number: Int) -> String {
    number < 1_000_000_000
      ? String(format: "%gM", Double(number) / 1e6) : String(format: "%gB", Double(number) / 1e9)
  }
}
