internal import Audio
internal import Foundation

extension Preparation {
  /// Decodes the sounds of one shard.
  func make(
    _ shard: PlannedShard, source: PatchSource, into output: inout ShardOutput,
    _ tell: DatasetAssembly.Teller
  ) throws {
    var spool = try PatchSpool(path: "\(output.path).patches", patchSize: plan.description.patchSize)
    for sound in shard.sounds {
      var heard = 0.0
      do {
        let seconds = try decode(sound, source: source, into: &spool)
        try output.append(sound, seconds: seconds, &spool, of: plan.description)
        heard = seconds
      } catch let fault as SkippedSound {
        output.skip(fault)
      }
      try tell(1, heard)
    }
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
      // So many places tell one sample.
      let needed = (Double(settings.samplesPerPatch) / Double(settings.sampleRate)).formatted(places: 4)
      throw skipped(.tooShort, "expected at least \(needed) s for one patch, found \(seconds.formatted(places: 4)) s")
    }
    let length = sound.segment.map { Double($0.upperBound - $0.lowerBound) } ?? seconds
    guard seconds <= length + 1 else {
      throw skipped(
        .tooLong,
        "expected a clip cut to its \(length.formatted(places: 1)) s, found \(seconds.formatted(places: 1)) s")
    }
    return seconds
  }
}

extension String {
  /// A reader's error names the file by its whole path, as the report need not.
  func without(prefix: String) -> String { hasPrefix(prefix) ? String(dropFirst(prefix.count)) : self }
}

extension Double {
  fileprivate func formatted(places: Int) -> String { String(format: "%.\(places)f", self) }
}
