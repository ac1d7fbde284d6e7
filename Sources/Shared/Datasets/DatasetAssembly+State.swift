internal import Foundation
internal import Glibc

/// What an assembly leaves on the disk beside its shards.
extension DatasetAssembly {
  /// Where the state of an unfinished preparation is kept.
  var stateFolder: String { "\(folder)/.preparation" }

  /// The report of a preparation that has been finished before; `nil` where it is not finished.
  ///
  /// - Throws: `DatasetError.otherPreparation` if the folder holds another dataset.
  public func finishedReport() throws(DatasetError) -> PreparationReport? {
    guard FileManager.default.fileExists(atPath: "\(folder)/\(DatasetDescription.fileName)") else { return nil }
    let description = try Dataset(opening: folder, of: nil).description
    try demandSame(as: description)
    for shard in description.splits.values.flatMap(\.shards) {
      let path = "\(folder)/\(shard.file)"
      let size = (try? FileManager.default.attributesOfItem(atPath: path))?[.size] as? Int
      guard size == shard.bytes else {
        throw .invalid(
          path: path,
          reason: "expected \(shard.bytes) bytes, found \(size.map { "\($0)" } ?? "no file"): "
            + "remove \(folder) to prepare it anew")
      }
    }
    return try JSONFile.read(PreparationReport.self, from: "\(folder)/\(PreparationReport.fileName)")
  }

  /// Notes what is being prepared, or finds that it is what was begun before.
  func claim() throws(DatasetError) {
    let path = "\(stateFolder)/\(DatasetDescription.fileName)"
    if FileManager.default.fileExists(atPath: path) {
      try demandSame(as: try JSONFile.read(DatasetDescription.self, from: path))
    } else {
      try JSONFile.write(description, to: path)
    }
  }

  private func demandSame(as other: DatasetDescription) throws(DatasetError) {
    let differences = description.differences(from: other)
    guard differences.isEmpty else { throw .otherPreparation(path: folder, differences: differences) }
  }

  /// Writes a shard, and gives it its name when it is whole.
  func write(_ shard: Shard, _ make: (inout ShardOutput) throws -> Void) throws -> ShardRecord {
    let partial = "\(stateFolder)/\(shard.name).partial"
    var output = try ShardOutput(path: partial, classes: description.classes)
    try make(&output)
    let record = try output.finish()
    try JSONFile.write(record, to: recordPath(shard))
    try writing("\(folder)/\(shard.name)") {
      try? FileManager.default.removeItem(atPath: "\(folder)/\(shard.name)")
      try FileManager.default.moveItem(atPath: partial, toPath: "\(folder)/\(shard.name)")
    }
    return record
  }

  /// The record of a shard that is whole on the disk.
  func finishedRecord(of shard: Shard) throws -> ShardRecord? {
    let path = "\(folder)/\(shard.name)"
    guard FileManager.default.fileExists(atPath: recordPath(shard)), FileManager.default.fileExists(atPath: path)
    else { return nil }
    let record = try JSONFile.read(ShardRecord.self, from: recordPath(shard))
    let size = try reading(path) { try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int }
    return size == record.bytes ? record : nil
  }

  private func recordPath(_ shard: Shard) -> String { "\(stateFolder)/\(shard.name).json" }

  /// Writes the report, then the description, and clears the state away.
  func finish(_ records: [ShardRecord]) throws(DatasetError) -> PreparationReport {
    var description = description
    for (shard, record) in zip(shards, records) { description.splits[shard.split]!.add(record, of: shard) }
    let report = PreparationReport(description, skipped: skipped + records.flatMap(\.skipped), records)
    try JSONFile.write(report, to: "\(folder)/\(PreparationReport.fileName)")
    guard report.clips > 0 else {
      let example = report.skipped.first.map { "\($0.path): \($0.reason)" } ?? "there is none"
      throw .nothingToPrepare(path: source, reason: "none of \(total) \(unit) can be used; \(example)")
    }
    try JSONFile.write(description, to: "\(folder)/\(DatasetDescription.fileName)")
    try writing(stateFolder) { try FileManager.default.removeItem(atPath: stateFolder) }
    return report
  }
}

extension SplitDescription {
  fileprivate mutating func add(_ record: ShardRecord, of shard: DatasetAssembly.Shard) {
    clips += record.clips
    patches += record.patches
    let index = shards.firstIndex { $0.file == shard.name }!
    shards[index].bytes = record.bytes
    shards[index].clips = record.clips
    shards[index].patches = record.patches
    for label in clipsPerLabel.indices { clipsPerLabel[label] += record.clipsPerLabel[label] }
  }
}

/// Keeps two processes from preparing into one folder. The system lets go of it when the process ends, however it ends
/// (`flock`).
struct PreparationLock {
  private let file: FileHandle

  init(folder: String) throws(DatasetError) {
    let path = "\(folder)/.preparation/lock"
    file = try writing(path) {
      try FileManager.default.createDirectory(atPath: "\(folder)/.preparation", withIntermediateDirectories: true)
      if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(filePath: path)) }
      return try FileHandle(forUpdating: URL(filePath: path))
    }
    guard flock(file.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else { throw .busy(path: folder) }
  }

  func release() { _ = flock(file.fileDescriptor, LOCK_UN) }
}
