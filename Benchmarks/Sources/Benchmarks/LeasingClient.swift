import Parameters
import Tensors

/// Servers that give leases and nothing else.
final class LeasingClient: ParameterClient {
  private var shards: ShuffledShards

  init(shards: Int) { self.shards = ShuffledShards(shards: shards, seed: 1) }

  func lease(holding: [Lease], read: [Lease]) -> Lease { shards.next() }

  func pull(tensors: Range<Int>) {}
  func push(clock: UInt64, tensors: Range<Int>, gradients: [Tensor]) {}
  func wait(forTensors tensors: Range<Int>, install: (Int, Int, Span<Float>) -> Void) {}
  func waitForOneStep(install: (Int, Int, Span<Float>) -> Void) -> Int { 0 }
  func advance(weights: Int, completed: Coordinator.Completion?) {}
  func awaitDirective(install: (Int, Int, Span<Float>) -> Void) -> Coordinator.Instruction { .init(.finish, step: 0) }
  func tell(sampler: String) {}
  func leave(read: [Lease]) {}
}
