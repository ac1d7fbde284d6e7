public import Models
public import Parameters
import Tensors

extension Manifest {
  /// The tensors of a network, in its order.
  public init(of network: Network) {
    self.init(
      network.parameters.map { parameter in
        Entry(name: parameter.name, shape: parameter.shape, kind: parameter.kind == .weight ? .weight : .statistic)
      })
  }
}

extension ChunkState {
  /// A chunk of a network that has learnt nothing yet: what it is follows from the seed and the tensor's name alone.
  ///
  /// - Parameter slots: The number of tensors that the optimizer keeps beside a weight.
  public init(initial chunk: Chunk, of network: Network, seed: UInt64, slots: Int) {
    let parameter = network.parameters[chunk.tensor]
    let whole = network.initialValues(of: parameter, seed: seed)
    let first = chunk.rows.lowerBound * chunk.rowLength
    var values = Tensor(uninitialized: [chunk.count])
    var target = values.mutableValues
    let source = whole.values
    for index in 0..<chunk.count { target[index] = source[first + index] }
    let isWeight = parameter.kind == .weight
    self.init(values: values, slots: isWeight ? (0..<slots).map { _ in Tensor([chunk.count]) } : [])
  }
}
