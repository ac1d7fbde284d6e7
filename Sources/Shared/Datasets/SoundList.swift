internal import Foundation

/// A sound file that is to be prepared, with what is known about it beforehand.
public struct ListedSound: Equatable, Sendable {
  /// What the clip is called in the dataset: AudioSet's video id, or the file's path within the folder.
  public var identifier: String
  /// The file's path within the folder.
  public var name: String
  /// Indices into the vocabulary, ascending.
  public var labels: [Int]
  /// The part of the dataset that the list puts it into, if it does.
  public var split: Split?
  /// Where AudioSet's clip lies in its video, in seconds.
  public var segment: ClosedRange<Float>?
  /// The file's size.
  public var bytes: Int
}

/// The sounds of a folder with their labels, from any of the three kinds of labelling.
public struct SoundList: Sendable {
  /// The folder in which the sounds are.
  public let folder: String
  public internal(set) var vocabulary: Vocabulary
  public internal(set) var sounds: [ListedSound] = []
  public internal(set) var skipped: [SkippedSound] = []

  /// A folder of sounds, with CSV files of labels, or else one folder per label.
  ///
  /// - Parameters:
  ///   - ontology: Sounds have what it has above their labels, too.
  ///   - mayLackLabels: Whether a folder that has sounds and no folders is one of sounds without labels.
  public init(
    in folder: String, labels paths: [String], vocabulary: Vocabulary?, ontology: Ontology? = nil,
    mayLackLabels: Bool = false
  ) throws(DatasetError) {
    if !paths.isEmpty {
      try self.init(folder: folder, labels: paths, vocabulary: vocabulary)
    } else if mayLackLabels, try files(below: folder, of: "sounds").allSatisfy({ Self.label(ofFolder: $0) == nil }) {
      try self.init(unlabelledIn: folder, vocabulary: vocabulary)
    } else {
      try self.init(foldersIn: folder, vocabulary: vocabulary)
    }
    let labelsOfLabel = self.vocabulary.withAncestors(in: ontology)
    for index in sounds.indices {
      sounds[index].labels = Set(sounds[index].labels.flatMap { labelsOfLabel[$0] }).sorted()
    }
  }

  /// One folder per label: every sound below `folder/LABEL` has that label.
  ///
  /// - Parameter vocabulary: AudioSet's; without one the folders' names in sorted order are the vocabulary.
  public init(foldersIn folder: String, vocabulary: Vocabulary?) throws(DatasetError) {
    let files = try files(below: folder, of: "sounds")
    let labels = Set(files.filter(Self.isNameOfSound).compactMap { Self.label(ofFolder: $0) })
    self.folder = folder
    self.vocabulary = vocabulary ?? Vocabulary(names: labels)
    for file in files { try add(fileInFolder: file) }
    guard !sounds.isEmpty else {
      throw .nothingToPrepare(
        path: folder, reason: "expected a folder for each label with sounds in it, or --labels with a CSV file")
    }
  }

  /// Sounds of which nobody has said what is in them.
  private init(unlabelledIn folder: String, vocabulary: Vocabulary?) throws(DatasetError) {
    self.folder = folder
    self.vocabulary = vocabulary ?? Vocabulary(names: [])
    for file in try files(below: folder, of: "sounds") where hasSoundName(file) {
      add(ListedSound(identifier: file, name: file, labels: [], bytes: 0))
    }
    guard !sounds.isEmpty else { throw .nothingToPrepare(path: folder, reason: "expected sounds, there are none") }
  }

  /// CSV files of labels beside a folder of sounds: one or more of AudioSet's segments, or one of `path,label;label` with an
  /// optional third column `split`. What AudioSet's `eval_segments.csv` lists is the evaluation part.
  ///
  /// - Parameters:
  ///   - paths: At least one.
  ///   - vocabulary: AudioSet's; without one the labels of a plain CSV in sorted order are the vocabulary.
  public init(folder: String, labels paths: [String], vocabulary: Vocabulary?) throws(DatasetError) {
    let lists = try paths.map { (path) throws(DatasetError) in try CSVFile(path: path) }
    let files = try files(below: folder, of: "sounds")
    self.folder = folder
    self.vocabulary = vocabulary ?? Vocabulary(names: [])
    if let other = lists.first(where: { !$0.listsSegments }) {
      guard lists.count == 1 else {
        throw .invalid(path: other.path, reason: "expected AudioSet's segments, which alone may be in several files")
      }
      try addRows(of: other, hasVocabulary: vocabulary != nil)
    } else {
      guard vocabulary != nil else {
        throw .invalid(
          path: paths[0], reason: "AudioSet's segments name labels by their ids: --vocabulary is needed to read them")
      }
      try addSegments(of: lists, from: files)
    }
    guard !sounds.isEmpty else {
      let example = skipped.first.map { "none of its \(skipped.count) files is in \(folder), such as \($0.path)" }
      throw .nothingToPrepare(path: paths.joined(separator: " and "), reason: example ?? "it has no rows")
    }
  }

  /// Adds a sound if its file is there, or notes that it is missing.
  mutating func add(_ sound: ListedSound) {
    var sound = sound
    if let bytes = Self.size(of: Self.path(of: sound.name, in: folder)) {
      sound.bytes = bytes
      sounds.append(sound)
    } else {
      skipped.append(SkippedSound(path: sound.name, kind: .missing, reason: "there is no such file"))
    }
  }

  /// The indices of labels given by name or id, ascending, each once.
  func indices(of labels: [String], orElse fail: (String) -> DatasetError) throws(DatasetError) -> [Int] {
    var result: Set<Int> = []
    for label in labels {
      guard let index = vocabulary.index(of: label) else {
        throw fail("the vocabulary of \(vocabulary.labels.count) labels has no \(label)")
      }
      result.insert(index)
    }
    return result.sorted()
  }

  /// Whether a file has the name of a sound; otherwise that it has not is noted.
  private mutating func hasSoundName(_ file: String) -> Bool {
    if Self.isNameOfSound(file) { return true }
    skipped.append(SkippedSound(path: file, kind: .ignored, reason: "its name is not that of a sound file"))
    return false
  }

  private static func isNameOfSound(_ file: String) -> Bool {
    soundExtensions.contains(URL(filePath: file).pathExtension.lowercased())
  }

  private mutating func add(fileInFolder file: String) throws(DatasetError) {
    guard hasSoundName(file) else { return }
    guard let label = Self.label(ofFolder: file) else {
      return skipped.append(SkippedSound(path: file, kind: .ignored, reason: "it lies in no label's folder"))
    }
    let path = "\(folder)/\(label)"
    let labels = try indices(of: [label]) { .invalid(path: path, reason: $0) }
    add(ListedSound(identifier: file, name: file, labels: labels, bytes: 0))
  }

  /// The names that libsndfile's formats commonly have.
  private static let soundExtensions: Set<String> = [
    "wav", "wave", "flac", "ogg", "oga", "opus", "mp3", "aif", "aiff", "aifc", "au", "snd", "caf", "w64", "rf64", "voc",
  ]

  /// The first folder on the way to a file.
  private static func label(ofFolder file: String) -> String? {
    let parts = file.split(separator: "/")
    return parts.count > 1 ? String(parts[0]) : nil
  }

  /// Where a file of the list is: a path in the folder, or an absolute one.
  static func path(of name: String, in folder: String) -> String { name.hasPrefix("/") ? name : "\(folder)/\(name)" }

  /// The size of a file, through links; nothing if there is no file.
  private static func size(of path: String) -> Int? {
    let path = URL(filePath: path).resolvingSymlinksInPath().path
    guard let attributes = try? FileManager.default.attributesOfItem(atPath: path),
      attributes[.type] as? FileAttributeType == .typeRegular
    else { return nil }
    return attributes[.size] as? Int
  }
}
