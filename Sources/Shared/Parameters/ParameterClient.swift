public import Tensors

/// A worker's view of all servers together. Used by one thread.
///
/// Asking (`pull`, `push`, `advance`) returns at once; the network works while the worker computes, and only `wait` and
/// `awaitDirective` wait.
public protocol ParameterClient: AnyObject {
  /// Asks for the values of some tensors, given by their positions in the manifest.
  func pull(tensors: Range<Int>)

  /// Sends the gradients of some tensors, and asks for their new values.
  ///
  /// - Parameters:
  ///   - clock: The worker's count of its mini-batches, from 1.
  ///   - gradients: One for each of the tensors.
  func push(clock: UInt64, tensors: Range<Int>, gradients: [Tensor])

  /// Waits until every pull and push of some tensors has been answered.
  ///
  /// - Parameter install: Is handed what came in: the tensor, its first row, and the values. That may be rows of other
  ///   tensors than those waited for, and no rows of these, if they came while others were waited for.
  func wait(forTensors tensors: Range<Int>, install: (Int, Int, Span<Float>) -> Void) throws

  /// Waits until everything has been answered, and asks again for the values that are of an earlier step than others, as
  /// `StepAlignment` has it. What is pushed next belongs to the step that is returned.
  ///
  /// - Returns: The step of the values; of the oldest, where they are of several.
  func waitForOneStep(install: (Int, Int, Span<Float>) -> Void) throws -> Int

  /// Tells that a mini-batch is complete, if one is, and asks whether to compute another.
  ///
  /// - Parameter weights: In `sync`, the step of the values that the worker has.
  func advance(weights: Int, completed: Coordinator.Completion?)

  /// Waits for the answer to `advance`.
  ///
  /// - Parameter install: Is handed what comes in meanwhile, as in `wait`.
  func awaitDirective(install: (Int, Int, Span<Float>) -> Void) throws -> Coordinator.Instruction

  /// Tells where the drawing of patches is, for a checkpoint, and waits until that is heard.
  func tell(sampler: String) throws

  /// Gets a shard to read.
  func lease(holding: [Lease], read: [Lease]) throws -> Lease

  /// Takes leave; what is held and not read is read by another.
  func leave(read: [Lease]) throws
}
