/// Which server owns which chunk; computed alike by everyone from the manifest and the number of servers.
///
/// Each server owns one contiguous run of chunks, hence at most one range of rows of a tensor, and the runs are even to
/// within one chunk.
public struct ShardPlan: Equatable, Sendable {
  /// The chunks of each server, as positions in the manifest's `chunks`; a server may own none.
  public let runs: [Range<Int>]
  /// The chunks of each lane of each server: a server's lanes share its run as the servers share the model.
  public let lanes: [[Range<Int>]]

  /// - Parameters:
  ///   - servers: At least 1.
  ///   - lanes: Of each server; at least 1.
  public init(_ manifest: Manifest, servers: Int, lanes: Int = 1) {
    precondition(servers > 0 && lanes > 0, "a plan needs a server with a lane")
    let runs = Self.share(0..<manifest.chunks.count, of: manifest, among: servers)
    self.runs = runs
    self.lanes = runs.map { Self.share($0, of: manifest, among: lanes) }
  }

  /// Cuts a run of chunks into shorter ones that are even to within one chunk.
  private static func share(_ run: Range<Int>, of manifest: Manifest, among parts: Int) -> [Range<Int>] {
    let total = run.reduce(0) { $0 + manifest.chunks[$1].count }
    var chunk = run.lowerBound
    var taken = 0
    return (1...parts).map { part in
      let start = chunk
      // A chunk belongs to the part in whose share its middle lies.
      while chunk < run.upperBound,
        part == parts || (2 * taken + manifest.chunks[chunk].count) * parts <= 2 * total * part
      {
        taken += manifest.chunks[chunk].count
        chunk += 1
      }
      return start..<chunk
    }
  }

  public var servers: Int { runs.count }

  /// The server that owns a chunk.
  public func server(ofChunk chunk: Int) -> Int {
    runs.partitioningIndex { $0.upperBound > chunk }
  }
}

extension Array {
  /// The first position whose element fulfils a condition that holds from some element on; `count` if none does.
  func partitioningIndex(_ isInSecondPart: (Element) -> Bool) -> Int {
    var range = 0..<count
    while !range.isEmpty {
      let middle = range.lowerBound + range.count / 2
      range = isInSecondPart(self[middle]) ? range.lowerBound..<middle : middle + 1..<range.upperBound
    }
    return range.lowerBound
  }
}
