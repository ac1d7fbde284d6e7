import Tensors

/// Gradients that follow from their names alone: with a learning rate of 1 the values of a chunk tell which were applied.
///
/// They are small whole numbers of both signs, so that sums stay small and their rounding far below 1. Each chunk has its
/// own in each mini-batch; within a chunk they are that number times 1, 2, 3, 1, 2, 3, …
enum KnownGradients {
  /// A chunk's number in one mini-batch of one worker.
  static func number(incarnation: UInt64, clock: UInt64, chunk: Int) -> Int {
    var generator = SeededGenerator(seed: incarnation &* 1_000_003 &+ clock &* 8191 &+ UInt64(chunk))
    return Int.random(in: -8...8, using: &generator)
  }

  /// By how much of the chunk's number a value at a position of the chunk changes.
  static func weight(at position: Int) -> Float { Float(1 + position % 3) }

  /// The sum of a chunk's numbers over mini-batches of one worker.
  static func sum(incarnation: UInt64, clocks: ClosedRange<UInt64>, chunk: Int) -> Int {
    clocks.reduce(0) { $0 + number(incarnation: incarnation, clock: $1, chunk: chunk) }
  }
}
