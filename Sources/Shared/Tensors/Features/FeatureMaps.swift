internal import Kernels

/// The memory of feature maps `[batch, height, width, channels]` (NHWC), or of some channels of wider ones.
///
/// A copy shares the memory: maps that stand beside each other in wider ones are each written by the layer that computes
/// them, and whoever is handed maps may read them, and may change a gradient that nobody else was handed.
public struct FeatureMaps: Sendable {
  public let batch: Int
  public let height: Int
  public let width: Int
  public let channels: Int
  /// Values from one pixel to the next: as many as there are channels, or more.
  let pitch: Int
  private let first: Int
  private let storage: Storage

  /// Maps whose values are undefined until they are written.
  public init(uninitialized batch: Int, _ height: Int, _ width: Int, channels: Int) {
    self.init(
      batch: batch, height: height, width: width, channels: channels, pitch: channels, first: 0,
      storage: Storage(count: batch * height * width * channels))
  }

  /// The values of a tensor `[batch, height, width, channels]` or `[batch, channels]`.
  public init(_ tensor: Tensor) {
    let shape = tensor.shape
    precondition(shape.count == 4 || shape.count == 2, "images or rows, not \(shape)")
    self.init(
      batch: shape[0], height: shape.count == 4 ? shape[1] : 1, width: shape.count == 4 ? shape[2] : 1,
      channels: shape[shape.count - 1], pitch: shape[shape.count - 1], first: 0, storage: tensor.storage)
  }

  private init(batch: Int, height: Int, width: Int, channels: Int, pitch: Int, first: Int, storage: Storage) {
    self.batch = batch
    self.height = height
    self.width = width
    self.channels = channels
    self.pitch = pitch
    self.first = first
    self.storage = storage
  }

  /// Some of the channels.
  public subscript(channels: Range<Int>) -> FeatureMaps {
    precondition(channels.upperBound <= self.channels, "channels \(channels) of \(self.channels)")
    return FeatureMaps(
      batch: batch, height: height, width: width, channels: channels.count, pitch: pitch,
      first: first + channels.lowerBound, storage: storage)
  }

  /// Whether both are in the same place.
  public func isSame(as other: FeatureMaps) -> Bool {
    storage === other.storage && first == other.first && shape == other.shape && pitch == other.pitch
  }

  public var shape: [Int] { [batch, height, width, channels] }
  public var size: Window.Size { Window.Size(height, width) }
  /// The pixels of an image.
  var area: Int { height * width }
  /// The pixels of all images.
  public var pixels: Int { batch * area }

  /// Whether the maps are all that their memory holds.
  var isWhole: Bool { pitch == channels && storage.count == pixels * channels }

  /// The values `[batch, height, width, channels]`; they share the memory where that can be.
  public var tensor: Tensor {
    Tensor(shape, sharing: isWhole ? storage : copy().storage)
  }

  /// The memory, for as long as `body` runs; several threads may write to different parts of it.
  func withPointer<Result>(_ body: (Pointer) throws -> Result) rethrows -> Result {
    try withExtendedLifetime(storage) { try unsafe body(Pointer(base: storage.block.base + first)) }
  }

  /// The same values in memory of their own.
  public func copy() -> FeatureMaps {
    Features(self).materialized(into: FeatureMaps(uninitialized: batch, height, width, channels: channels)).maps
  }

  /// Puts zeros in some pixels, on the calling thread.
  func clear(_ pixels: Range<Int>) {
    unsafe withPointer { pointer in
      for pixel in pixels { unsafe (pointer + pixel * pitch).update(repeating: 0, count: channels) }
    }
  }

  /// Calls a function for blocks of pixels that fit a core's cache, on the threads of the pool: the block's number and
  /// its pixels. Blocks do not depend on the number of threads.
  func forEachBlock(_ body: @Sendable (Int, Range<Int>) -> Void) {
    let blocks = blocks
    ThreadPool.current.run(blocks.count) { body($0, blocks[$0]) }
  }

  var blocks: [Range<Int>] {
    Tensor.blocks(of: pixels, atLeast: max(1, 16_384 / channels), atMost: max(16, pixels * channels >> 15))
  }
}
