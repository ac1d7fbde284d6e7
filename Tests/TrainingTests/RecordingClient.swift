import Parameters
import Tensors

/// Servers that never learn: they note what a worker asks of them, and answer from a script.
final class RecordingClient: ParameterClient {
  enum Event: Equatable {
    case pull(Range<Int>)
    case push(clock: UInt64, Range<Int>)
    case wait(Range<Int>)
    case waitForOneStep
    case tell(String)
    case advance(Coordinator.Completion?)
    case directive(Coordinator.Directive)
    case leave([Lease])
  }

  /// What ends a wait that was to fail.
  struct Gone: Error {}

  private(set) var events: [Event] = []
  /// The gradients that were pushed, by tensor; of each the last.
  private(set) var gradients: [Int: Tensor] = [:]
  /// What was told as read, each time that a shard was asked for.
  private(set) var told: [Lease] = []
  private(set) var given: [Lease] = []
  private let values: [Tensor]
  private var directives: [Coordinator.Instruction]
  /// The steps of the weights, each time that those of one step are waited for; then 0.
  var weights: [Int] = []
  /// What was told of the weights.
  private(set) var toldWeights: [Int] = []
  private var leases: [Lease]
  private var waitsLeft: Int

  /// - Parameters:
  ///   - values: Of all tensors; installed by the first wait for them.
  ///   - waits: How many waits succeed.
  init(
    values: [Tensor], directives: [Coordinator.Instruction], leases: [Lease], waits: Int = .max
  ) {
    self.values = values
    self.directives = directives
    self.leases = leases
    waitsLeft = waits
  }

  func pull(tensors: Range<Int>) { events.append(.pull(tensors)) }

  func push(clock: UInt64, tensors: Range<Int>, gradients: [Tensor]) {
    events.append(.push(clock: clock, tensors))
    precondition(gradients.count == tensors.count, "a gradient for each tensor")
    for (tensor, gradient) in zip(tensors, gradients) { self.gradients[tensor] = gradient }
  }

  func wait(forTensors tensors: Range<Int>, install: (Int, Int, Span<Float>) -> Void) throws {
    guard waitsLeft > 0 else { throw Gone() }
    waitsLeft -= 1
    events.append(.wait(tensors))
    for tensor in tensors {
      let value = values[tensor]
      install(tensor, 0, value.values)
    }
  }

  func waitForOneStep(install: (Int, Int, Span<Float>) -> Void) throws -> Int {
    try wait(forTensors: values.indices, install: install)
    events.removeLast()
    events.append(.waitForOneStep)
    return weights.isEmpty ? 0 : weights.removeFirst()
  }

  func advance(weights: Int, completed: Coordinator.Completion?) {
    events.append(.advance(completed))
    toldWeights.append(weights)
  }

  func awaitDirective(install: (Int, Int, Span<Float>) -> Void) throws -> Coordinator.Instruction {
    let next = directives.removeFirst()
    events.append(.directive(next.directive))
    return next
  }

  func tell(sampler: String) throws { events.append(.tell(sampler)) }

  func lease(holding: [Lease], read: [Lease]) throws -> Lease {
    told += read
    guard !leases.isEmpty else { throw Gone() }
    given.append(leases.removeFirst())
    return given.last!
  }

  func leave(read: [Lease]) throws { events.append(.leave(read)) }
}
