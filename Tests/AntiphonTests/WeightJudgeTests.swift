import Models
import Parameters
import Tensors
import Testing
import Training

@testable import Antiphon

/// What the benchmark of servers believes must be what a store makes of the same gradients.
@Suite struct `The judge of weights` {
  private let network = Network(ModelSpecification(.fullyConnected(layers: 1, units: 3)), classes: 2)

  /// Pushes of two workers, some of them twice, in a store of everything.
  private func weights(_ optimizer: OptimizerSetting, pushes: [Int]) -> (RunSettings, [ChunkState]) {
    let setting = BenchmarkSetting(
      servers: 1, lanes: 1, replicas: 0, workers: 2, modelBytes: 1_000_000, transport: .tcp, optimizer: optimizer,
      computeSeconds: 0,
      steps: 1, rounds: 1)
    let manifest = Manifest(of: network)
    var initial = InitialValues(of: network, seed: 0, slots: optimizer.slots.count)
    var store = ParameterStore(
      manifest, owned: 0..<manifest.chunks.count, settings: setting.run, optimizer: optimizer
    ) { initial.state(of: manifest.chunks[$0]) }
    for (worker, count) in pushes.enumerated() {
      for clock in 1...count {
        for chunk in manifest.chunks.indices {
          let gradient = KnownGradient(optimizer: optimizer)
            .tensor(of: manifest.entries[manifest.chunks[chunk].tensor], worker: worker)
          let name = ChunkState.Applied(incarnation: UInt64(worker), clock: UInt64(clock))
          let push = PushedGradient(name: name, basedOn: 0, values: gradient)
          for _ in 0...clock % 2 { _ = store.push([push], chunk: chunk) }
        }
      }
    }
    return (setting.run, manifest.chunks.indices.map { store[$0] })
  }

  @Test(arguments: [OptimizerSetting.sgd, .adam(Adam())])
  func `agrees with a store, and misses one gradient more or less`(_ optimizer: OptimizerSetting) {
    let (settings, states) = weights(optimizer, pushes: [60, 41])
    func faults(ifPushed pushes: [Int]) -> Int {
      var judge = WeightJudge(network, settings: settings, pushes: pushes)
      // Each tensor of this network is one chunk.
      return states.enumerated().count { judge.fault(of: $0, fromRow: 0, $1.values.values) != nil }
    }
    #expect(faults(ifPushed: [60, 41]) == 0)
    for wrong in [[61, 41], [60, 40], [59, 41], [60, 42]] { #expect(faults(ifPushed: wrong) == states.count) }
    // With gradients of its own for each worker, the sum tells whose was lost.
    #expect(faults(ifPushed: [59, 42]) == (optimizer == .sgd ? states.count : 0))
  }

  @Test func `names the value, what was expected of it and what came`() {
    let (settings, states) = weights(.sgd, pushes: [2, 1])
    var values = states[0].values
    var judge = WeightJudge(network, settings: settings, pushes: [2, 1])
    #expect(judge.fault(of: 0, fromRow: 0, values.values) == nil)
    var target = values.mutableValues
    target[8] += 1
    // Value 8 gets twice 1 + 8 % 7, and once 1 + 9 % 7.
    #expect(
      judge.fault(of: 0, fromRow: 0, values.values)?.description.hasPrefix(
        "expected value 8 of \(network.parameters[0].name) to have moved by 7.0 steps, it moved by 6.0") == true)
  }
}

@Suite struct `The model of a benchmark` {
  @Test(arguments: [1, 4, 120, 2000])
  func `has the megabytes that were asked for, to within a unit`(megabytes: Int) {
    let setting = BenchmarkSetting(
      servers: 1, lanes: 1, replicas: 0, workers: 1, modelBytes: megabytes * 1_000_000, transport: .tcp,
      optimizer: .sgd,
      computeSeconds: 0,
      steps: 1, rounds: 1)
    let form = setting.model.description
    let units = Int(form.dropFirst("fc-1x".count)) ?? 0
    let bytes = 4 * (6144 * units + units + 2 * units + 2)
    #expect(bytes <= megabytes * 1_000_000 && bytes + 4 * 6147 > megabytes * 1_000_000, "\(form)")
  }
}
