import Layers

@testable import Tensors

/// How many values of four bytes a network holds, apart from its parameters: tensors that share memory count once.
struct KeptValues {
  private(set) var count = 0
  private var seen: Set<ObjectIdentifier> = []

  init(of network: Any) { add(network) }

  private mutating func add(_ value: Any) {
    switch value {
    case is Parameter: return
    case let memory as Storage:
      if seen.insert(ObjectIdentifier(memory)).inserted { count += memory.count }
    case let places as Buffer<UInt8>: count += (places.count + 3) / 4
    default:
      for child in Mirror(reflecting: value).children { add(child.value) }
    }
  }
}
