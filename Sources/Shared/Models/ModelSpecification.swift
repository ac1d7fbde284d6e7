/// Which network, as text: `fc-3x1000`, `vgg19`, `resnet14-w16`, `resnet50-w64-b128`.
public struct ModelSpecification: Equatable, Sendable, CustomStringConvertible {
  public let architecture: Architecture
  /// The filters of the first convolution, by which all widths are scaled; `nil` where there is no convolution.
  public let filters: Int?
  /// The units of the linear layer before the output layer, if there is to be one.
  public let bottleneck: Int?

  /// What can be written, for people.
  public static let forms =
    "fc-3x1000 (LAYERSxUNITS), \(Architecture.convolutional.map(\.description).joined(separator: ", ")), "
    + "with -wFILTERS of the first convolution or -bUNITS of a bottleneck, as in resnet50-w16-b128"

  /// - Parameter filters: Those that were published, if `nil`.
  public init(_ architecture: Architecture, filters: Int? = nil, bottleneck: Int? = nil) {
    precondition(filters == nil || architecture.filters != nil, "\(architecture) has no filters")
    self.architecture = architecture
    self.filters = filters ?? architecture.filters
    self.bottleneck = bottleneck
  }

  public init(parsing text: String) throws(ModelError) {
    let form = /([a-z]+[0-9]*)(?:-([0-9]+)x([0-9]+))?(?:-w([0-9]+))?(?:-b([0-9]+))?/
    guard let (_, name, layers, units, filters, bottleneck) = text.wholeMatch(of: form)?.output else {
      throw ModelError("expected a model: \(Self.forms), but '\(text)' came")
    }
    func number(_ digits: Substring?, of what: String, upTo most: Int) throws(ModelError) -> Int? {
      guard let digits else { return nil }
      guard let number = Int(digits), (1...most).contains(number) else {
        throw ModelError("expected 1 to \(most) \(what), but '\(text)' came")
      }
      return number
    }
    let bottleneckUnits = try number(bottleneck, of: "units in the bottleneck", upTo: 1024)
    if name == "fc", filters == nil {
      let layers = try number(layers, of: "layers", upTo: 64) ?? 3
      let units = try number(units, of: "units", upTo: 100_000) ?? 1000
      self.init(.fullyConnected(layers: layers, units: units), bottleneck: bottleneckUnits)
    } else if layers == nil, let architecture = Architecture.convolutional.first(where: { "\($0)" == name }) {
      let filters = try number(filters, of: "filters", upTo: 1024)
      self.init(architecture, filters: filters, bottleneck: bottleneckUnits)
    } else {
      throw ModelError("expected a model: \(Self.forms), but '\(text)' came")
    }
  }

  public var description: String {
    "\(architecture)" + (filters.map { "-w\($0)" } ?? "") + (bottleneck.map { "-b\($0)" } ?? "")
  }

  /// The network itself.
  ///
  /// - Parameter classes: `nil` for one without an output layer.
  func stages(classes: Int?) -> [Stage] {
    let classifier = Classifier(classes: classes, bottleneck: bottleneck)
    var wide: Width { Width(filters: filters!, paper: architecture.filters!) }
    return switch architecture {
    case .fullyConnected(let layers, let units): fullyConnected(layers: layers, units: units, classifier)
    case .alexNet: alexNet(wide, classifier)
    case .vgg19: vgg19(wide, classifier)
    case .inceptionV3: inceptionV3(wide, classifier)
    case .residual(let depth): residualNetwork(depth, wide, classifier)
    case .vggish: vggish(wide, classifier)
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
