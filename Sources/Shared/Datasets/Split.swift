internal import Tensors

/// The three parts of a dataset.
public enum Split: String, CaseIterable, Codable, CodingKeyRepresentable, Sendable {
  case train, validation, evaluation
}

/// What share of the clips each part gets, in any unit: `80/10/10`.
public struct SplitRatio: Codable, Equatable, Sendable, CustomStringConvertible {
  public let train: Int
  public let validation: Int
  public let evaluation: Int

  /// - Precondition: No share is negative and not all are 0.
  public init(train: Int = 80, validation: Int = 10, evaluation: Int = 10) {
    precondition(min(train, validation, evaluation) >= 0 && train + validation + evaluation > 0)
    self.train = train
    self.validation = validation
    self.evaluation = evaluation
  }

  /// Reads `80/10/10`.
  public init(parsing text: String) throws(DatasetError) {
    let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    guard numbers.count == 3, let train = numbers[0], let validation = numbers[1], let evaluation = numbers[2],
      (0...1_000_000).contains(train), (0...1_000_000).contains(validation), (0...1_000_000).contains(evaluation),
      train + validation + evaluation > 0
    else {
      throw .invalidSetting("expected shares of train/validation/evaluation such as 80/10/10, found \(text)")
    }
    self.init(train: train, validation: validation, evaluation: evaluation)
  }

  public var description: String { "\(train)/\(validation)/\(evaluation)" }

  /// The same shares of training and validation, if it has any, and no other.
  var withoutEvaluation: SplitRatio {
    train + validation > 0 ? SplitRatio(train: train, validation: validation, evaluation: 0) : self
  }

  /// The shares of the parts in the order of `Split.allCases`; their sum is 1.
  var fractions: [Double] {
    let sum = Double(train + validation + evaluation)
    return [train, validation, evaluation].map { Double($0) / sum }
  }

  /// Divides clips so that every part has its share of each label, as nearly as whole clips allow: iterative
  /// stratification (Sechidis, Tsoumakas and Vlahavas 2011). The rarest label is dealt out first, each of its clips to
  /// the part that lacks the label most.
  ///
  /// - Parameters:
  ///   - labels: The labels of each clip.
  ///   - classes: The number of labels; each index is below it.
  /// - Returns: The part of each clip, the same for the same arguments.
  public func divide(_ labels: [[Int]], classes: Int, seed: UInt64) -> [Split] {
    var stratification = Stratification(labels, classes: classes, fractions: fractions, seed: seed)
    return stratification.parts().map { Split.allCases[$0] }
  }
}

/// The state of one division.
private struct Stratification {
  let labels: [[Int]]
  let fractions: [Double]
  var order: [Int]  // the clips, shuffled
  var clipsOfLabel: [[Int]]  // the clips of each label, in that order
  var remaining: [Int]  // of each label, the clips not yet dealt out
  var lacking: [[Double]]  // [part][label]
  var room: [Double]  // [part]
  var part: [Int?]
  var generator: SeededGenerator

  init(_ labels: [[Int]], classes: Int, fractions: [Double], seed: UInt64) {
    self.labels = labels
    self.fractions = fractions
    generator = SeededGenerator(seed: seed, stream: "split")
    order = labels.indices.shuffled(using: &generator)
    clipsOfLabel = Array(repeating: [], count: classes)
    for clip in order { for label in labels[clip] { clipsOfLabel[label].append(clip) } }
    remaining = clipsOfLabel.map(\.count)
    let counts = remaining.map(Double.init)
    lacking = fractions.map { fraction in counts.map { $0 * fraction } }
    room = fractions.map { $0 * Double(labels.count) }
    part = Array(repeating: nil, count: labels.count)
  }

  mutating func parts() -> [Int] {
    while let rarest = remaining.indices.filter({ remaining[$0] > 0 }).min(by: { remaining[$0] < remaining[$1] }) {
      for clip in clipsOfLabel[rarest] where part[clip] == nil {
        deal(clip, need: lacking.map { $0[rarest] })
      }
    }
    for clip in order where part[clip] == nil { deal(clip, need: fractions.map { _ in 0 }) }  // clips without labels
    return part.map { $0! }
  }

  /// Gives a clip to the part of the greatest need; among equals to the one with most room, then by lot.
  private mutating func deal(_ clip: Int, need: [Double]) {
    let open = fractions.indices.filter { fractions[$0] > 0 }
    let most = open.map { need[$0] }.max()!
    let needy = open.filter { need[$0] == most }
    let roomiest = needy.map { room[$0] }.max()!
    let chosen = needy.filter { room[$0] == roomiest }.randomElement(using: &generator)!
    part[clip] = chosen
    room[chosen] -= 1
    for label in labels[clip] {
      remaining[label] -= 1
      lacking[chosen][label] -= 1
    }
  }
}
