/// Which network, as text: `fc-3x1000`, `resnet14-w16`, `resnet50`.
public enum ModelSpecification: Equatable, Sendable, CustomStringConvertible {
  /// `layers` fully connected hidden layers of `units` ReLUs each; the paper's baseline has 3 of 1000.
  case fullyConnected(layers: Int, units: Int)
  /// A residual network of the paper's form; `width` is the number of filters of its first stage, the paper's is 64.
  case residual(ResidualDepth, width: Int)

  /// What can be written, for people.
  public static let forms = "fc (fc-3x1000), fc-LAYERSxUNITS, resnet14, resnet26, resnet50, resnetDEPTH-wWIDTH"

  public init(parsing text: String) throws(ModelError) {
    // A number too large for an Int is out of range like any other.
    func number(_ digits: Substring?, or standard: Int) -> Int { digits.map { Int($0) ?? .max } ?? standard }
    switch text.wholeMatch(of: /(fc)(?:-([0-9]+)x([0-9]+))?|resnet([0-9]+)(?:-w([0-9]+))?/)?.output {
    case (_, .some, let layers, let units, _, _)?:
      let (layers, units) = (number(layers, or: 3), number(units, or: 1000))
      guard (1...64).contains(layers), (1...100_000).contains(units) else {
        throw ModelError("expected 1 to 64 layers of 1 to 100000 units, but '\(text)' came")
      }
      self = .fullyConnected(layers: layers, units: units)
    case (_, _, _, _, let depth?, let width)?:
      guard let depth = Int(depth).flatMap(ResidualDepth.init) else {
        throw ModelError("expected a depth of \(ResidualDepth.allCases.map { "\($0.rawValue)" }), but '\(text)' came")
      }
      let width = number(width, or: 64)
      guard (1...1024).contains(width) else { throw ModelError("expected a width of 1 to 1024, but '\(text)' came") }
      self = .residual(depth, width: width)
    default:
      throw ModelError("expected a model such as \(Self.forms), but '\(text)' came")
    }
  }

  public var description: String {
    switch self {
    case .fullyConnected(let layers, let units): "fc-\(layers)x\(units)"
    case .residual(let depth, let width): "resnet\(depth.rawValue)-w\(width)"
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

/// Why a model cannot be: what was expected and what came, in one line.
public struct ModelError: Error, Equatable, CustomStringConvertible {
  public let description: String

  init(_ description: String) {
    self.description = description
  }
}
