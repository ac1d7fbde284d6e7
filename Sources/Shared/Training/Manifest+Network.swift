import Layers
public import Models
public import Parameters

extension Manifest {
  /// The tensors of a network, in its order.
  public init(of network: Network) {
    self.init(
      network.parameters.map { parameter in
        Entry(name: parameter.name, shape: parameter.shape, kind: parameter.kind == .weight ? .weight : .statistic)
      })
  }
}
