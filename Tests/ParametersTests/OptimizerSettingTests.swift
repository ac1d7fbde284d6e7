import Parameters
import Tensors
import Testing

@Suite struct `Plain gradient descent` {
  private func store(rate: Float, values: [Float]) -> ParameterStore {
    var settings = RunSettings.sample()
    settings.learningRate = LearningRateSchedule(rate)
    return ParameterStore(.small(), owned: 0..<1, settings: settings, optimizer: OptimizerSetting.sgd) { _ in
      ChunkState(values: Tensor([2], values: values), slots: [])
    }
  }

  @Test func `takes the rate times each gradient`() {
    var store = store(rate: 0.5, values: [1, -2])
    _ = store.push(3, worker: 1, clock: 1)
    _ = store.push(-8, worker: 1, clock: 2)
    let expected: [Float] = [3.5, 0.5]
    #expect(store.values() == expected)
  }

  @Test func `with a rate of 1 makes values the exact sums of whole numbers, however they are ordered`() {
    let gradients = (1...400).map { Float($0 * $0 % 1009 - 500) }
    for order in [gradients, gradients.reversed(), gradients.sorted()] {
      var store = store(rate: 1, values: [0, 0])
      for (clock, gradient) in order.enumerated() { _ = store.push(gradient, worker: 1, clock: UInt64(clock + 1)) }
      let sum = gradients.reduce(0, +)
      #expect(store.values() == [-sum, -sum])
    }
  }

  @Test func `keeps nothing beside the weights, and Adam two moments`() {
    #expect(OptimizerSetting.sgd.slots == [])
    #expect(OptimizerSetting.adam(Adam()).slots == Adam().slots)
  }

  @Test func `is known by its name, and another name is refused`() throws {
    #expect(try OptimizerSetting(parsing: "sgd") == .sgd)
    #expect(try OptimizerSetting(parsing: "adam") == .adam(Adam()))
    let error = #expect(throws: SettingsError.self) { try OptimizerSetting(parsing: "Adam") }
    #expect(error?.description == "expected adam or sgd as the optimizer, but 'Adam' came")
  }
}
