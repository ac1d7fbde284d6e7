/// Which server owns which chunk; computed alike by everyone from the manifest and the number of servers.
///
/// Each server owns one contiguous run of chunks, hence at most one range of rows of a tensor, and the runs are even to
/// within one chunk.
public struct ShardPlan: Equatable, Sendable {
  /// The chunks of each server, as positions in the manifest's `chunks`; a server may own none.
  public let runs: [Range<Int>]

  /// - Parameter servers: At least 1.
  public init(_ manifest: Manifest, servers: Int) {
    precondition(servers > 0, "a plan needs a server")
    let total = manifest.count
    var runs: [Range<Int>] = []
    var chunk = 0
    var owned = 0
    for server in 1...servers {
      let start = chunk
      // A chunk belongs to the server in whose share its middle lies.
      while chunk < manifest.chunks.count,
        server == servers || (2 * owned + manifest.chunks[chunk].count) * servers <= 2 * total * server
      {
        owned += manifest.chunks[chunk].count
        chunk += 1
      }
      runs.append(start..<chunk)
    }
    self.runs = runs
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
