import Tensors

/// How a network of clips of embeddings comes from what it hears in each vector to what it says of the clip.
public enum ClipArchitecture: String, CaseIterable, Sendable {
  case averagePooling = "average-pooling"
  case maxPooling = "max-pooling"
  case singleAttention = "single-attention"
  case multiLevelAttention = "multi-level-attention"
  case featureLevelAttention = "feature-level-attention"
  case secondOrderAttention = "second-order-attention"

  /// Attention at two levels needs two hidden layers.
  var fewestLayers: Int { self == .multiLevelAttention ? 2 : 1 }

  func stages(_ hidden: ClipLayers, rank: Int, classes: Int) -> [Stage] {
    switch self {
    case .averagePooling: decisionPoolingNetwork(hidden, by: .mean, classes)
    case .maxPooling: decisionPoolingNetwork(hidden, by: .largest, classes)
    case .singleAttention: decisionPoolingNetwork(hidden, by: .attention, classes)
    case .multiLevelAttention: multiLevelAttentionNetwork(hidden, classes)
    case .featureLevelAttention: featureLevelAttentionNetwork(hidden, classes)
    case .secondOrderAttention: secondOrderAttentionNetwork(hidden, rank: rank, classes)
    }
  }
}
