internal import Tensors

/// One of the things that a sound can be called.
public struct Label: Codable, Equatable, Sendable {
  /// Its place in the vocabulary and among a network's outputs.
  public var index: Int
  /// AudioSet's id (`/m/09x0r`); empty where the label is only a name.
  public var identifier: String
  public var name: String

  public init(index: Int, identifier: String, name: String) {
    self.index = index
    self.identifier = identifier
    self.name = name
  }
}

/// The labels of a dataset, by index.
public struct Vocabulary: Equatable, Sendable {
  public let labels: [Label]
  private let indices: [String: Int]  // by identifier and by name

  /// The names in sorted order, each once.
  public init(names: some Sequence<String>) {
    self.init(Set(names).sorted().enumerated().map { Label(index: $0, identifier: "", name: $1) })
  }

  public init(_ labels: [Label]) {
    self.labels = labels
    let names = labels.map { ($0.name, $0.index) }
    let identifiers = labels.filter { !$0.identifier.isEmpty }.map { ($0.identifier, $0.index) }
    indices = Dictionary(names + identifiers) { first, _ in first }
  }

  /// Reads AudioSet's `class_labels_indices.csv` - the header `index,mid,display_name` and a row for each class, in the
  /// order of the indices, which begin at 0 - or YouTube-8M's `vocabulary.csv`, with the header
  /// `Index,TrainVideoCount,KnowledgeGraphId,Name,…`.
  public init(audioSet path: String) throws(DatasetError) {
    var labels: [Label] = []
    let rows = try CSVFile(path: path).rows
    let isYouTube8M = rows.first?.fields.prefix(4) == ["Index", "TrainVideoCount", "KnowledgeGraphId", "Name"]
    for row in rows {
      if row.number == 1, row.fields.first?.lowercased() == "index" { continue }
      guard isYouTube8M ? row.fields.count >= 4 : row.fields.count == 3, let index = Int(row.fields[0]) else {
        throw row.invalid("expected index,mid,display_name, found \(row.fields.count) fields")
      }
      guard index == labels.count else { throw row.invalid("expected the index \(labels.count), found \(index)") }
      labels.append(
        Label(index: index, identifier: row.fields[isYouTube8M ? 2 : 1], name: row.fields[isYouTube8M ? 3 : 2]))
    }
    guard !labels.isEmpty else { throw .invalid(path: path, reason: "expected a row for each class, there is none") }
    self.init(labels)
  }

  /// The index of a label by its identifier or its name.
  public func index(of label: String) -> Int? { indices[label] }

  /// A checksum of all labels in order: datasets of one digest name the same things by the same numbers.
  public var digest: String {
    var checksum = Checksum()
    for label in labels { checksum.add("\(label.index)\t\(label.identifier)\t\(label.name)\n") }
    return checksum.hexadecimal
  }
}
