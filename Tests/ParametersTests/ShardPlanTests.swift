import Parameters
import Testing

@Suite struct `A shard plan` {
  @Test(arguments: 0..<40, 1...9) func `gives each chunk to one server, evenly`(seed: UInt64, servers: Int) {
    let chunkValues = [1, 30, 200, 5000][Int(seed % 4)]
    let manifest = Manifest(`A manifest`.random(seed), chunkValues: chunkValues)
    let plan = ShardPlan(manifest, servers: servers)
    #expect(plan == ShardPlan(Manifest(manifest.entries, chunkValues: chunkValues), servers: servers))
    #expect(plan.servers == servers)
    var next = 0
    let largest = manifest.chunks.map(\.count).max() ?? 0
    for (server, run) in plan.runs.enumerated() {
      #expect(run.lowerBound == next)
      next = run.upperBound
      for chunk in run { #expect(plan.server(ofChunk: chunk) == server) }
      let owned = manifest.chunks[run].reduce(0) { $0 + $1.count }
      #expect(abs(owned * servers - manifest.count) <= largest * servers)
    }
    #expect(next == manifest.chunks.count)
  }
}
