/// A dense, row-major array of `Float` with a shape; images are `[batch, time, frequency, channels]` (NHWC).
///
/// A tensor is a value: a copy is cheap, and is made real when one of the two is changed. Its memory comes from a pool
/// (`Memory`), aligned to 64 bytes.
public struct Tensor: Sendable {
  /// The extents, outermost first; `[]` is a single value.
  public private(set) var shape: [Int]
  private(set) var storage: Storage

  /// The number of values.
  public var count: Int { storage.count }

  /// A tensor of zeros.
  public init(_ shape: [Int]) {
    self.init(uninitialized: shape)
    unsafe storage.values.update(repeating: 0)
  }

  /// A tensor whose values are undefined until they are written.
  public init(uninitialized shape: [Int]) {
    precondition(shape.allSatisfy { $0 >= 0 }, "a shape has no negative extent, this one is \(shape)")
    self.shape = shape
    storage = Storage(count: shape.reduce(1, *))
  }

  /// The values of memory that holds as many.
  init(_ shape: [Int], sharing storage: Storage) {
    precondition(shape.reduce(1, *) == storage.count, "a shape of \(shape) for \(storage.count) values")
    self.shape = shape
    self.storage = storage
  }

  /// A tensor of the given values in row-major order.
  public init(_ shape: [Int], values: [Float]) {
    self.init(uninitialized: shape)
    precondition(count == values.count, "a shape of \(shape) takes \(count) values, not \(values.count)")
    var target = mutableValues
    for index in values.indices { target[index] = values[index] }
  }

  /// A tensor of one dimension with a copy of some values.
  public init(copying values: Span<Float>) {
    self.init(uninitialized: [values.count])
    unsafe values.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      unsafe storage.block.base.update(from: base, count: source.count)
    }
  }

  /// The values, in row-major order.
  public var values: Span<Float> {
    @_lifetime(borrow self)
    get { unsafe _overrideLifetime(storage.values.span, borrowing: self) }
  }

  /// The values, in row-major order, to be changed in place.
  public var mutableValues: MutableSpan<Float> {
    @_lifetime(&self)
    mutating get {
      makeUnique()
      return unsafe _overrideLifetime(storage.values.mutableSpan, mutating: &self)
    }
  }

  /// What holds the memory of `values`: while it is held, they stay where they are and what they are.
  public var owner: AnyObject { storage }

  /// Copies values over some of those that are here, from a position on.
  public mutating func replace(from first: Int, with values: Span<Float>) {
    precondition(0 <= first && first + values.count <= count, "\(values.count) values from \(first) of \(count)")
    makeUnique()
    unsafe values.withUnsafeBufferPointer { source in
      guard let base = source.baseAddress else { return }
      unsafe storage.block.base.advanced(by: first).update(from: base, count: source.count)
    }
  }

  /// The same values in another shape of as many.
  public func reshaped(_ shape: [Int]) -> Tensor {
    precondition(shape.reduce(1, *) == count, "a shape of \(shape) does not hold \(count) values")
    var result = self
    result.shape = shape
    return result
  }

  /// The memory, to be handed to kernels while `body` runs; several threads may read it.
  func withPointer<Result>(_ body: (Pointer) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(storage) { try unsafe body(Pointer(base: storage.block.base)) }
  }

  /// The memory, to be handed to kernels while `body` runs; several threads may write to different parts of it.
  mutating func withMutablePointer<Result>(_ body: (Pointer) throws -> Result) rethrows -> Result {
    makeUnique()
    return try withExtendedLifetime(storage) { try unsafe body(Pointer(base: storage.block.base)) }
  }

  private mutating func makeUnique() {
    guard !isKnownUniquelyReferenced(&storage) else { return }
    let copy = Storage(count: count)
    unsafe copy.values.baseAddress?.update(from: storage.block.base, count: count)
    storage = copy
  }
}

/// The memory of one or more equal tensors, or of feature maps.
///
/// `@unchecked`: written only through a tensor that is its one owner, or by the layer that computes the maps.
final class Storage: @unchecked Sendable {
  let count: Int
  let block: Memory.Block

  var values: UnsafeMutableBufferPointer<Float> { unsafe UnsafeMutableBufferPointer(start: block.base, count: count) }

  init(count: Int) {
    self.count = count
    block = Memory.take(count)
  }

  deinit { Memory.give(block) }
}

/// Where a tensor's values are, for as long as the tensor is held.
///
/// `@unchecked`: those who share one write to different parts of it.
@unsafe struct Pointer: @unchecked Sendable {
  let base: UnsafeMutablePointer<Float>

  static func + (pointer: Pointer, offset: Int) -> UnsafeMutablePointer<Float> { unsafe pointer.base + offset }
}
