import Layers
import Tensors
import Testing

@Suite struct `A parameter` {
  @Test func `begins with the deviation that its layer needs`() {
    for (start, deviation) in [(Parameter.Start.he(inputs: 50), 0.2), (.lecun(inputs: 25), 0.2)] {
      var generator = SeededGenerator(seed: 1)
      let values = Parameter([100, 100], start: start).initialValue(using: &generator).doubles
      let mean = values.reduce(0, +) / 10_000
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 10_000
      #expect(abs(mean) < 0.01)
      #expect(abs(variance.squareRoot() - deviation) < 0.005)
    }
    var generator = SeededGenerator(seed: 1)
    #expect(Parameter([2], start: .constant(3)).initialValue(using: &generator).doubles == [3, 3])
  }
}
