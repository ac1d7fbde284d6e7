extension Manifest {
  /// Cuts a run of chunks into pieces of about as many values as a large chunk has: what is pushed, and answered, as one.
  public func parcels(of run: Range<Int>) -> [Range<Int>] {
    var parcels: [Range<Int>] = []
    var start = run.lowerBound
    var values = 0
    for chunk in run {
      values += chunks[chunk].count
      let isFull = chunk + 1 == run.upperBound || values + chunks[chunk + 1].count > 1 << 18
      guard isFull else { continue }
      parcels.append(start..<chunk + 1)
      (start, values) = (chunk + 1, 0)
    }
    return parcels
  }
}
