import Layers
import Tensors

/// How many values of four bytes a network holds, apart from its parameters: tensors that share memory count once.
struct KeptValues {
  private(set) var count = 0
  private var seen: Set<ObjectIdentifier> = []

  init(of network: Any) { add(network) }

  private mutating func add(_ value: Any) {
    switch value {
    case is Parameter: return
    case let places as [Int32]: count += places.count
    case let tensor as Tensor:
      let storage = Mirror(reflecting: tensor).descendant("storage")!
      if seen.insert(ObjectIdentifier(storage as AnyObject)).inserted { count += tensor.count }
    default:
      for child in Mirror(reflecting: value).children { add(child.value) }
    }
  }
}
