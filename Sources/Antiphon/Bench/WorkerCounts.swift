import ArgumentParser

/// Some numbers of workers: `2` or `1,2,5`.
struct WorkerCounts: ExpressibleByArgument {
  let counts: [Int]

  init(counts: [Int]) { self.counts = counts }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    counts = parts.compactMap { Int($0) }.filter { (1...200).contains($0) }
    guard counts.count == parts.count else { return nil }
  }

  var defaultValueDescription: String { counts.map(String.init).joined(separator: ",") }
}
