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

  /// The tensors of the network that a run trains.
  public init(of settings: RunSettings) throws(ModelError) {
    self.init(of: Network(try ModelSpecification(parsing: settings.model), classes: settings.classes))
  }
}
