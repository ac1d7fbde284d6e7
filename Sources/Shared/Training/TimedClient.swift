import Parameters
import Tensors

/// A client that adds up the seconds for which the worker waited for servers, and could not compute.
final class TimedClient: ParameterClient {
  private let client: any ParameterClient
  private let clock = ContinuousClock()
  private var waited = Duration.zero

  init(_ client: any ParameterClient) {
    self.client = client
  }

  /// The seconds since this was last asked.
  func takeWaitedSeconds() -> Float {
    defer { waited = .zero }
    return Float(waited / .seconds(1))
  }

  /// Counts what a wait takes.
  func waiting<Value>(_ body: () throws -> Value) rethrows -> Value {
    let start = clock.now
    defer { waited += clock.now - start }
    return try body()
  }

  func pull(tensors: Range<Int>) { client.pull(tensors: tensors) }

  func push(clock: UInt64, tensors: Range<Int>, gradients: [Tensor]) {
    client.push(clock: clock, tensors: tensors, gradients: gradients)
  }

  func wait(forTensors tensors: Range<Int>, install: (Int, Int, Span<Float>) -> Void) throws {
    try waiting { try client.wait(forTensors: tensors, install: install) }
  }

  func waitForOneStep(install: (Int, Int, Span<Float>) -> Void) throws -> Int {
    try waiting { try client.waitForOneStep(install: install) }
  }

  func advance(weights: Int, completed: Coordinator.Completion?) {
    client.advance(weights: weights, completed: completed)
  }

  func awaitDirective(install: (Int, Int, Span<Float>) -> Void) throws -> Coordinator.Instruction {
    try waiting { try client.awaitDirective(install: install) }
  }

  func tell(sampler: String) throws { try waiting { try client.tell(sampler: sampler) } }

  func lease(holding: [Lease], read: [Lease]) throws -> Lease {
    try waiting { try client.lease(holding: holding, read: read) }
  }

  func leave(read: [Lease]) throws { try client.leave(read: read) }
}
