internal import Foundation

/// A step size that follows the global step: in pieces, each constant or falling exponentially, after a linear warm-up.
///
/// The paper lowered ResNet-50's once, after 13 million of 17 million steps. As text: `3e-4`; `3e-4,13000000:3e-5`;
/// `1e-3*0.95/1000`, which is multiplied by 0.95 in the course of every 1000 steps; and with `warm-up:500,` before any of
/// these, the first 500 steps grow up to it.
public struct LearningRateSchedule: Codable, Equatable, Sendable, CustomStringConvertible {
  /// A rate that holds from a global step on.
  public struct Piece: Codable, Equatable, Sendable {
    public let step: Int
    public let rate: Float
    /// `nil` where the rate is constant.
    public let decay: Decay?
  }

  /// An exponential fall, as TensorFlow's `ExponentialDecay` without `staircase`.
  public struct Decay: Codable, Equatable, Sendable {
    /// By what the rate is multiplied in the course of `steps`; above 0.
    public let factor: Float
    public let steps: Int
  }

  /// In the order of their steps; the first begins at step 0.
  public let pieces: [Piece]
  /// Over so many steps the rate grows from nearly nothing to what the pieces say.
  public let warmUpSteps: Int

  public init(_ rate: Float) {
    pieces = [Piece(step: 0, rate: rate, decay: nil)]
    warmUpSteps = 0
  }

  /// Reads `[warm-up:STEPS,]RATE[*FACTOR/STEPS][,STEP:RATE[*FACTOR/STEPS]]…`.
  public init(parsing text: String) throws(SettingsError) {
    func expected(_ part: Substring) -> SettingsError {
      SettingsError(
        "expected a learning rate such as 1e-3, 1e-3,5000:1e-4, 1e-3*0.95/1000 or warm-up:500,1e-3, but '\(part)' came "
          + "in '\(text)'")
    }
    var parts = text.split(separator: ",", omittingEmptySubsequences: false)[...]
    var warmUpSteps = 0
    if let first = parts.first, first.hasPrefix("warm-up:") {
      guard let steps = Self.steps(first.dropFirst(8)) else { throw expected(first) }
      warmUpSteps = steps
      parts.removeFirst()
    }
    var pieces: [Piece] = []
    for part in parts {
      let fields = part.split(separator: ":", omittingEmptySubsequences: false)
      guard fields.count == (pieces.isEmpty ? 1 : 2), let last = fields.last,
        let piece = Piece(parsing: last, from: fields.count == 2 ? Int(fields[0]) : 0),
        pieces.last.map({ $0.step < piece.step }) ?? true
      else { throw expected(part) }
      pieces.append(piece)
    }
    guard !pieces.isEmpty else { throw expected("") }
    self.pieces = pieces
    self.warmUpSteps = warmUpSteps
  }

  fileprivate static func steps(_ text: Substring) -> Int? {
    Int(text).flatMap { (1...Int(Int32.max)).contains($0) ? $0 : nil }
  }

  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    let pieces = try container.decode([Piece].self, forKey: .pieces)
    let warmUpSteps = try container.decodeIfPresent(Int.self, forKey: .warmUpSteps) ?? 0
    let isInOrder = zip(pieces, pieces.dropFirst()).allSatisfy { $0.step < $1.step }
    guard pieces.first?.step == 0, isInOrder, pieces.allSatisfy(\.isPossible) else {
      throw SettingsError("expected learning rates above 0 from step 0 on, in the order of their steps, not \(pieces)")
    }
    guard (0...Int(Int32.max)).contains(warmUpSteps) else {
      throw SettingsError("expected a warm-up of 0 to \(Int32.max) steps, not \(warmUpSteps)")
    }
    self.pieces = pieces
    self.warmUpSteps = warmUpSteps
  }

  /// The rate of the update after `step` others.
  public func rate(at step: Int) -> Float {
    let rate = pieces.last { $0.step <= step }!.rate(at: step)
    return step < warmUpSteps ? rate * Float(step + 1) / Float(warmUpSteps) : rate
  }

  public var description: String {
    ((warmUpSteps > 0 ? ["warm-up:\(warmUpSteps)"] : []) + pieces.map(\.description)).joined(separator: ",")
  }
}

extension LearningRateSchedule.Piece: CustomStringConvertible {
  /// Reads `RATE` or `RATE*FACTOR/STEPS`.
  ///
  /// - Parameter step: The step from which it holds.
  fileprivate init?(parsing text: Substring, from step: Int?) {
    let fields = text.split(separator: "*", omittingEmptySubsequences: false)
    guard let step, fields.count <= 2, let rate = Float(fields[0]) else { return nil }
    var decay: LearningRateSchedule.Decay?
    if fields.count == 2 {
      let fall = fields[1].split(separator: "/", omittingEmptySubsequences: false)
      guard fall.count == 2, let factor = Float(fall[0]), let steps = LearningRateSchedule.steps(fall[1]) else {
        return nil
      }
      decay = LearningRateSchedule.Decay(factor: factor, steps: steps)
    }
    self.init(step: step, rate: rate, decay: decay)
    guard isPossible else { return nil }
  }

  fileprivate var isPossible: Bool {
    let falls = decay.map { $0.factor > 0 && $0.factor.isFinite && (1...Int(Int32.max)).contains($0.steps) } ?? true
    return rate > 0 && rate.isFinite && falls
  }

  fileprivate func rate(at step: Int) -> Float {
    guard let decay else { return rate }
    return rate * Float(pow(Double(decay.factor), Double(step - self.step) / Double(decay.steps)))
  }

  public var description: String {
    (step == 0 ? "" : "\(step):") + "\(rate)" + (decay.map { "*\($0.factor)/\($0.steps)" } ?? "")
  }
}

/// What is wrong with a setting: what was expected and what came, in one line.
public struct SettingsError: Error, Equatable, CustomStringConvertible {
  public let description: String

  public init(_ description: String) {
    self.description = description
  }
}
