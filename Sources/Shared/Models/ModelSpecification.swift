/// Which network, as text: `fc-3x1000`, `vgg19`, `resnet14-w16`, `resnet50-w64-b128`, `single-attention-3x1024`.
public struct ModelSpecification: Equatable, Sendable, CustomStringConvertible {
  public let architecture: Architecture
  /// The filters of the first convolution, by which all widths are scaled; `nil` where there is no convolution.
  public let filters: Int?
  /// The units of the linear layer before the output layer, if there is to be one.
  public let bottleneck: Int?
  /// What it is shown of an example.
  public let input: NetworkInput

  /// What can be written, for people.
  public static let forms =
    "fc-3x1000 (LAYERSxUNITS), \(Architecture.convolutional.map(\.description).joined(separator: ", ")), "
    + "with -wFILTERS of the first convolution or -bUNITS of a bottleneck, as in resnet50-w16-b128; "
    + "fc-3x1000-i20x64 reads patches of 20 frames of 64 bands, fc-3x1000-i128 embeddings of 128 values; of whole clips "
    + "of embeddings \(ClipArchitecture.allCases.map { "\($0.rawValue)-3x1024" }.joined(separator: ", ")), "
    + "the last with -rRANK"

  /// - Parameters:
  ///   - filters: Those that were published, if `nil`.
  ///   - input: What the architecture was published for, if `nil`.
  public init(
    _ architecture: Architecture, filters: Int? = nil, bottleneck: Int? = nil, input: NetworkInput? = nil
  ) {
    precondition(filters == nil || architecture.filters != nil, "\(architecture) has no filters")
    self.architecture = architecture
    self.filters = filters ?? architecture.filters
    self.bottleneck = bottleneck
    self.input = input ?? architecture.input
  }

  public init(parsing text: String) throws(ModelError) {
    self = try ModelText(text).specification
  }

  public var description: String {
    var text = "\(architecture)" + (filters.map { "-w\($0)" } ?? "") + (bottleneck.map { "-b\($0)" } ?? "")
    if input != architecture.input { text += "-i\(input.sizes)" }
    return text
  }

  /// The network itself.
  ///
  /// - Parameter classes: `nil` for one without an output layer.
  func stages(classes: Int?) -> [Stage] {
    let classifier = Classifier(classes: classes, bottleneck: bottleneck)
    var wide: Width { Width(filters: filters!, paper: architecture.filters!) }
    return switch architecture {
    case .fullyConnected(let layers, let units): fullyConnected(layers: layers, units: units, of: input, classifier)
    case .alexNet: alexNet(wide, classifier)
    case .vgg19: vgg19(wide, classifier)
    case .inceptionV3: inceptionV3(wide, classifier)
    case .residual(let depth): residualNetwork(depth, wide, classifier)
    case .vggish: vggish(wide, classifier)
    case .clip(let clip, let layers, let units, let rank):
      clip.stages(ClipLayers(layers, units, of: input.channels), rank: rank, classes: classes!)
    }
  }
}

/// Why a model cannot be: what was expected and what came, in one line.
public struct ModelError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
