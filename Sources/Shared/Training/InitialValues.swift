import Layers
public import Models
public import Parameters
import Tensors

/// The chunks of a network that has learnt nothing yet: what they are follows from the seed and the tensors' names alone,
/// so any number of servers begin with the same network.
public struct InitialValues {
  private let network: Network
  private let seed: UInt64
  private let prior: Float?
  private let slots: Int
  private var tensor: (index: Int, values: Tensor)?

  /// - Parameters:
  ///   - prior: How likely each label is at first; `nil` for even odds.
  ///   - slots: The number of tensors that the optimizer keeps beside a weight.
  public init(of network: Network, seed: UInt64, prior: Float? = nil, slots: Int) {
    self.prior = prior
    self.network = network
    self.seed = seed
    self.slots = slots
  }

  public mutating func state(of chunk: Chunk) -> ChunkState {
    let parameter = network.parameters[chunk.tensor]
    if tensor?.index != chunk.tensor {
      tensor = (chunk.tensor, network.initialValues(of: parameter, seed: seed, prior: prior))
    }
    let first = chunk.rows.lowerBound * chunk.rowLength
    var values = Tensor(uninitialized: [chunk.count])
    var target = values.mutableValues
    let source = tensor!.values.values
    for index in 0..<chunk.count { target[index] = source[first + index] }
    let kept = parameter.kind == .weight ? slots : 0
    return ChunkState(values: values, slots: (0..<kept).map { _ in Tensor([chunk.count]) })
  }
}
