import Datasets

/// The trainings of an experiment, and what is compared.
struct ExperimentPlan: Codable, Equatable {
  /// How long each is trained.
  enum Budget: Codable, Equatable {
    case steps(Int)
    case seconds(Double)
  }

  struct Row: Codable, Equatable {
    /// Of its folder.
    let name: String
    /// What makes it another one than the others, for the first columns of the table.
    let cells: [String]
    let model: String
    /// As `antiphon train` has it.
    let learningRate: String
    var subset = DatasetSubset()
    var augment: String?
    /// More flags of its `antiphon train`, which come after all others.
    var flags: [String] = []
    /// The row whose training goes on for so much longer, its learning rate lowered late; `nil` for one of the budget.
    var longerThan: String?
    let paper: PaperScore?
  }

  /// `table2`, for example.
  let name: String
  /// Of the first columns.
  let headings: [String]
  var rows: [Row]
  /// The labels on which all are compared, as indices of the dataset; `nil` for all.
  var comparedLabels: [Int]?
  /// How many clips each label has in the comparison, at least, where there are so many; `nil` for all clips.
  var balanced: Int?
  /// The dataset's folder.
  let dataset: String
  /// Of what the dataset was made; `nil` before it has been looked into.
  var soundsDigest: String?
  /// What the dataset's patches are; `nil` before it has been looked into.
  var patchOrigin: String?
  let budget: Budget
  /// How often each row is trained, with other seeds.
  var seeds = 1
  /// More flags of each `antiphon train`.
  let training: [String]

  /// Whether the checkpoint of the highest mAP while training is compared, and not the last one.
  var best = false
  /// Of how many of the newest checkpoints the scores are averaged; `nil` where one is compared.
  var average: Int?
  /// What was published, where that is of other rows than these.
  var papers: [PaperScore] = []

  /// Whether what was trained by another plan counts: it differs in nothing but the number of seeds, and rows that only one
  /// of the two has.
  func canGoOn(from other: ExperimentPlan) -> Bool {
    let common = rows.filter { row in other.rows.contains { $0.name == row.name } }
    var (own, other) = (self, other)
    guard common.allSatisfy(other.rows.contains) else { return false }
    (own.rows, own.seeds) = ([], 1)
    (other.rows, other.seeds) = ([], 1)
    return own == other
  }

  /// The paper's ResNet-50 went on from 5 to 17 million mini-batches, the last 4 with a tenth of the learning rate.
  static let longerBy = 17.0 / 5
  static let lateShare = 13.0 / 17
  static let lateFactor: Float = 0.1
}
