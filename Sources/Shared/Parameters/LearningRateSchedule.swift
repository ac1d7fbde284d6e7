/// A step size that is constant between given global steps.
///
/// The paper lowered ResNet-50's once, after 13 million of 17 million steps. As text: `3e-4` or `3e-4,13000000:3e-5`.
public struct LearningRateSchedule: Codable, Equatable, Sendable, CustomStringConvertible {
  /// A rate that holds from a global step on.
  public struct Piece: Codable, Equatable, Sendable {
    public let step: Int
    public let rate: Float
  }

  /// In the order of their steps; the first begins at step 0.
  public let pieces: [Piece]

  public init(_ rate: Float) {
    pieces = [Piece(step: 0, rate: rate)]
  }

  /// Reads `RATE` or `RATE,STEP:RATE,…`.
  public init(parsing text: String) throws(SettingsError) {
    func expected(_ part: Substring) -> SettingsError {
      SettingsError("expected a learning rate such as 1e-3 or 1e-3,5000:1e-4, but '\(part)' came in '\(text)'")
    }
    var pieces: [Piece] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let fields = part.split(separator: ":", omittingEmptySubsequences: false)
      let step = fields.count == 2 ? Int(fields[0]) : 0
      guard fields.count == (pieces.isEmpty ? 1 : 2), let step, let rate = fields.last.flatMap({ Float($0) }),
        rate > 0, rate.isFinite, pieces.last.map({ $0.step < step }) ?? true
      else { throw expected(part) }
      pieces.append(Piece(step: step, rate: rate))
    }
    self.pieces = pieces
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let pieces = try container.decode([Piece].self, forKey: .pieces)
    let isInOrder = zip(pieces, pieces.dropFirst()).allSatisfy { $0.step < $1.step }
    guard pieces.first?.step == 0, isInOrder, pieces.allSatisfy({ $0.rate > 0 && $0.rate.isFinite }) else {
      throw SettingsError("expected learning rates above 0 from step 0 on, in the order of their steps, not \(pieces)")
    }
    self.pieces = pieces
  }

  /// The rate of the update after `step` others.
  public func rate(at step: Int) -> Float {
    pieces.last { $0.step <= step }!.rate
  }

  public var description: String {
    pieces.map { $0.step == 0 ? "\($0.rate)" : "\($0.step):\($0.rate)" }.joined(separator: ",")
  }
}

/// What is wrong with a setting: what was expected and what came, in one line.
public struct SettingsError: Error, Equatable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
