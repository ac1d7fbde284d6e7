import Models
import Parameters
import Testing
import Training

@Suite struct `A network that has learnt nothing` {
  private let network = Network(ModelSpecification(.residual(.fourteen), filters: 1), classes: 3)

  /// All values of the chunks of some servers, each of which begins by itself.
  private func values(chunkValues: Int, servers: Int, seed: UInt64 = 5) -> [Float] {
    let manifest = Manifest(Manifest(of: network).entries, chunkValues: chunkValues)
    return ShardPlan(manifest, servers: servers).runs.flatMap { run in
      var initial = InitialValues(of: network, seed: seed, slots: 2)
      return run.flatMap { initial.state(of: manifest.chunks[$0]).values.array }
    }
  }

  @Test func `is the same however it is cut and shared out`() {
    let expected = network.parameters.flatMap { network.initialValues(of: $0, seed: 5).array }
    #expect(Set(expected).count > expected.count / 2)
    for chunkValues in [1 << 18, 50, 1] {
      for servers in [1, 2, 3, 5] {
        #expect(values(chunkValues: chunkValues, servers: servers) == expected, "\(chunkValues), \(servers)")
      }
    }
    #expect(values(chunkValues: 50, servers: 1, seed: 6) != expected)
  }

  @Test func `is the same in whatever order its chunks are asked for`() {
    let manifest = Manifest(Manifest(of: network).entries, chunkValues: 50)
    var initial = InitialValues(of: network, seed: 5, slots: 2)
    let backwards = manifest.chunks.reversed().map { initial.state(of: $0).values.array }
    #expect(backwards.reversed().flatMap(\.self) == values(chunkValues: 50, servers: 1))
  }

  @Test func `has moments of zero beside its weights, and none beside its statistics`() {
    let manifest = Manifest(of: network)
    var initial = InitialValues(of: network, seed: 5, slots: 2)
    #expect(Set(network.parameters.map(\.kind)).count == 2)
    for chunk in manifest.chunks {
      let state = initial.state(of: chunk)
      let isWeight = network.parameters[chunk.tensor].kind == .weight
      #expect(state.slots.map(\.count) == (isWeight ? [chunk.count, chunk.count] : []))
      #expect(state.slots.allSatisfy { $0.array.allSatisfy { $0 == 0 } })
      #expect(state.version == 0 && state.applied.isEmpty)
    }
  }
}
