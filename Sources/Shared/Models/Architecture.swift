/// One of the paper's kinds of networks, VGGish, or a network that names clips of embeddings.
public enum Architecture: Equatable, Sendable, CustomStringConvertible {
  /// `layers` hidden layers of `units` ReLUs each; the paper's baseline has 3 of 1000.
  case fullyConnected(layers: Int, units: Int)
  case alexNet
  case vgg19
  case inceptionV3
  case residual(ResidualDepth)
  case vggish
  /// `layers` hidden layers of `units` each; `rank` is that of second-order attention, and 1 for others.
  case clip(ClipArchitecture, layers: Int, units: Int, rank: Int)

  /// Those that begin with a convolution.
  static let convolutional: [Architecture] =
    [.alexNet, .vgg19, .inceptionV3] + ResidualDepth.allCases.map { .residual($0) } + [.vggish]

  public var description: String {
    switch self {
    case .fullyConnected(let layers, let units): "fc-\(layers)x\(units)"
    case .alexNet: "alexnet"
    case .vgg19: "vgg19"
    case .inceptionV3: "inception"
    case .residual(let depth): "resnet\(depth.rawValue)"
    case .vggish: "vggish"
    case .clip(let clip, let layers, let units, let rank):
      "\(clip.rawValue)-\(layers)x\(units)" + (clip == .secondOrderAttention ? "-r\(rank)" : "")
    }
  }

  /// What it was published for.
  public var input: NetworkInput {
    switch self {
    case .clip: .clip(size: 128)
    default: .patch(frames: 96, bands: 64)
    }
  }

  /// The filters of its first convolution as published, if it has one.
  public var filters: Int? {
    switch self {
    case .fullyConnected, .clip: nil
    case .alexNet: 96
    case .vgg19, .residual, .vggish: 64
    case .inceptionV3: 80
    }
  }
}

/// The number of layers with weights of a residual network; each block has three.
public enum ResidualDepth: Int, CaseIterable, Sendable {
  case fourteen = 14
  case twentySix = 26
  case fifty = 50

  /// The number of blocks of each stage.
  var blocks: [Int] {
    switch self {
    case .fourteen: [1, 1, 1, 1]
    case .twentySix: [2, 2, 2, 2]
    case .fifty: [3, 4, 6, 3]
    }
  }
}
