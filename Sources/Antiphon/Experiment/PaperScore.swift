import Models

/// A row of the paper's Tables 2, 3 or 4 (Hershey et al. 2017; hours and d-prime of Table 2 by its slides), or another
/// published figure.
struct PaperScore: Codable, Equatable {
  /// As the paper names the row.
  let name: String
  /// `nil` where they were not told.
  let steps: Int?
  let hours: Double?
  let auc: Double
  let dPrime: Double
  let map: Double

  init(_ name: String, steps: Int? = 5_000_000, hours: Double? = nil, auc: Double, dPrime: Double, map: Double) {
    self.name = name
    self.steps = steps
    self.hours = hours
    self.auc = auc
    self.dPrime = dPrime
    self.map = map
  }

  /// Table 2: of the network of the same kind, however deep and wide.
  static func table2(_ architecture: Architecture, isLong: Bool) -> PaperScore? {
    switch architecture {
    case .fullyConnected where !isLong:
      PaperScore("fully connected", hours: 35, auc: 0.851, dPrime: 1.471, map: 0.058)
    case .alexNet where !isLong: PaperScore("AlexNet", hours: 82, auc: 0.894, dPrime: 1.764, map: 0.115)
    case .vgg19 where !isLong: PaperScore("VGG", hours: 184, auc: 0.911, dPrime: 1.909, map: 0.161)
    case .inceptionV3 where !isLong: PaperScore("Inception V3", hours: 137, auc: 0.918, dPrime: 1.969, map: 0.181)
    case .residual:
      isLong
        ? PaperScore("ResNet-50", steps: 17_000_000, hours: 356, auc: 0.926, dPrime: 2.041, map: 0.212)
        : PaperScore("ResNet-50", hours: 119, auc: 0.916, dPrime: 1.952, map: 0.182)
    default: nil
    }
  }

  /// Networks of AudioSet's embeddings, of the same kind however deep and wide: Google's baseline (Hershey et al. 2017,
  /// section 4.4), and what Kong et al. say of their programs (github.com/qiuqiangkong/audioset_classification), each after
  /// 50,000 mini-batches of 500 clips.
  static func aed(_ model: ModelSpecification) -> PaperScore? {
    switch (model.architecture, model.input) {
    case (.fullyConnected, .vector):
      PaperScore("Google's baseline", steps: nil, auc: 0.959, dPrime: 2.452, map: 0.314)
    case (.clip(let clip, _, _, _), _): clip.publishedScore
    default: nil
    }
  }

  /// Table 3, by the place of the number of labels: the most (30K), 3K, the fewest (400).
  static func table3(hasBottleneck: Bool, place: Int) -> PaperScore? {
    let rows: [PaperScore?] =
      hasBottleneck
      ? [
        PaperScore("bottleneck, 30K labels", auc: 0.925, dPrime: 2.035, map: 0.369),
        PaperScore("bottleneck, 3K labels", auc: 0.919, dPrime: 1.982, map: 0.347),
        PaperScore("bottleneck, 400 labels", auc: 0.924, dPrime: 2.026, map: 0.365),
      ]
      : [
        nil,  // would have taken months
        PaperScore("3K labels", auc: 0.930, dPrime: 2.087, map: 0.381),
        PaperScore("400 labels", auc: 0.928, dPrime: 2.067, map: 0.376),
      ]
    return rows.indices.contains(place) ? rows[place] : nil
  }

  /// Table 4, by the place of the number of clips: all (70M), a tenth, a hundredth, a thousandth, a third of that.
  static func table4(place: Int) -> PaperScore? {
    let rows = [
      ("70M", 0.923, 2.019, 0.206), ("7M", 0.922, 2.006, 0.202), ("700K", 0.921, 1.997, 0.203),
      ("70K", 0.909, 1.883, 0.162), ("23K", 0.868, 1.581, 0.118),
    ]
    guard rows.indices.contains(place) else { return nil }
    let (videos, auc, dPrime, map) = rows[place]
    return PaperScore("\(videos) videos", steps: 16_000_000, hours: 380, auc: auc, dPrime: dPrime, map: map)
  }
}

extension ClipArchitecture {
  fileprivate var publishedScore: PaperScore? {
    let (name, auc, dPrime, map): (String, Double, Double, Double)
    switch self {
    case .averagePooling: (name, auc, dPrime, map) = ("average pooling", 0.964, 2.536, 0.300)
    case .maxPooling: (name, auc, dPrime, map) = ("max pooling", 0.960, 2.471, 0.292)
    case .singleAttention: (name, auc, dPrime, map) = ("single attention", 0.968, 2.612, 0.337)
    case .multiLevelAttention: (name, auc, dPrime, map) = ("multi-level attention", 0.968, 2.621, 0.357)
    case .featureLevelAttention: (name, auc, dPrime, map) = ("feature-level attention", 0.969, 2.641, 0.361)
    case .secondOrderAttention: return nil  // not published for sound
    }
    return PaperScore(name, steps: 50_000, auc: auc, dPrime: dPrime, map: map)
  }
}
