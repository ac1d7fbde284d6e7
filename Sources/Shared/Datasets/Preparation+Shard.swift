internal import Audio
internal import Foundation

/// What is known about a finished shard.
struct ShardRecord: Codable {
  var bytes = 0
  var clips = 0
  var patches = 0
  var seconds = 0.0
  var clipsPerLabel: [Int]
  var skipped: [SkippedSound] = []

  mutating func count(_ sound: ListedSound, patches: Int, seconds: Double, bytes: Int) {
    self.bytes += bytes
    clips += 1
    self.patches += patches
    self.seconds += seconds
    for label in sound.labels { clipsPerLabel[label] += 1 }
  }
}

extension Preparation {
  /// Decodes the sounds of one shard and writes it.
  func make(
    _ shard: PlannedShard, source: PatchSource, _ progress: (_ seconds: Double) throws -> Void
  ) throws -> ShardRecord {
    let partial = "\(stateFolder)/\(shard.name).partial"
    let writer = try TFRecordWriter(path: partial)
    var spool = try PatchSpool(path: "\(partial).patches", patchSize: plan.description.patchSize)
    var record = ShardRecord(clipsPerLabel: Array(repeating: 0, count: plan.description.classes))
    for sound in shard.sounds {
      var heard = 0.0
      do {
        let seconds = try decode(sound, source: source, into: &spool)
        let patches = spool.count
        let bytes = try write(&spool, of: sound, seconds: seconds, to: writer)
        record.count(sound, patches: patches, seconds: seconds, bytes: bytes)
        heard = seconds
      } catch let fault as SkippedSound {
        record.skipped.append(fault)
      }
      try progress(heard)
    }
    try writer.finish()
    try JSONFile.write(record, to: recordPath(shard))
    try writing("\(folder)/\(shard.name)") {
      try? FileManager.default.removeItem(atPath: "\(folder)/\(shard.name)")
      try FileManager.default.moveItem(atPath: partial, toPath: "\(folder)/\(shard.name)")
    }
    return record
  }

  /// The record of a shard that is whole on the disk.
  func finishedRecord(of shard: PlannedShard) throws -> ShardRecord? {
    let path = "\(folder)/\(shard.name)"
    guard FileManager.default.fileExists(atPath: recordPath(shard)), FileManager.default.fileExists(atPath: path)
    else { return nil }
    let record = try JSONFile.read(ShardRecord.self, from: recordPath(shard))
    let size = try reading(path) { try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int }
    return size == record.bytes ? record : nil
  }

  /// Puts the patches of a sound, in 8 bits, into an empty spool.
  ///
  /// - Returns: The sound's length in seconds.
  /// - Throws: `SkippedSound` if the sound cannot be used, `DatasetError` if the disk cannot.
  private func decode(_ sound: ListedSound, source: PatchSource, into spool: inout PatchSpool) throws -> Double {
    func skipped(_ kind: SkippedSound.Kind, _ reason: String) -> SkippedSound {
      SkippedSound(path: sound.name, kind: kind, reason: reason)
    }
    let description = plan.description
    let settings = description.frontEnd
    let path = SoundList.path(of: sound.name, in: plan.folder)
    try spool.clear()
    var patch: [UInt8] = []
    var isFinite = true
    let seconds: Double
    do {
      seconds = try source(path, settings) { values in
        isFinite = isFinite && values.indices.allSatisfy { values[$0].isFinite }
        patch.removeAll(keepingCapacity: true)
        description.quantization.append(values, to: &patch)
        try spool.append(patch)
      }
    } catch let error as DatasetError {
      throw error
    } catch {
      throw skipped(.undecodable, "\(error)".without(prefix: "\(path): "))
    }
    guard isFinite else { throw skipped(.undecodable, "it has samples that are not numbers") }
    guard spool.count > 0 else {
      let needed = (Double(settings.samplesPerPatch) / Double(settings.sampleRate)).formatted(places: 3)
      throw skipped(.tooShort, "expected at least \(needed) s for one patch, found \(seconds.formatted(places: 3)) s")
    }
    let length = sound.segment.map { Double($0.upperBound - $0.lowerBound) } ?? seconds
    guard seconds <= length + 1 else {
      throw skipped(
        .tooLong,
        "expected a clip cut to its \(length.formatted(places: 1)) s, found \(seconds.formatted(places: 1)) s")
    }
    return seconds
  }

  /// Writes the record of a sound, and empties the spool.
  ///
  /// - Returns: The bytes that were written.
  private func write(
    _ spool: inout PatchSpool, of sound: ListedSound, seconds: Double, to writer: borrowing TFRecordWriter
  ) throws -> Int {
    let segment = sound.segment ?? 0...Float(seconds)
    let encoding = ClipEncoding(
      identifier: sound.identifier, start: segment.lowerBound, end: segment.upperBound, labels: sound.labels,
      patches: spool.count, patchSize: plan.description.patchSize)
    return try writer.append(count: encoding.count) { write in
      try write(encoding.head)
      try spool.drain { try write(encoding.patchHead + $0) }
    }
  }

  private func recordPath(_ shard: PlannedShard) -> String { "\(stateFolder)/\(shard.name).json" }
}

extension String {
  /// A reader's error names the file by its whole path, as the report need not.
  func without(prefix: String) -> String { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self }
}

extension Double {
  fileprivate func formatted(places: Int) -> String { String(format: "%.\(places)f", self) }
}
