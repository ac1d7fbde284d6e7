internal import Kernels

/// What is done to a tensor seen as rows of channels: `[all extents but the last, channels]`.
extension Tensor {
  /// Adds another tensor of as many values.
  public mutating func add(_ other: Tensor) {
    precondition(count == other.count, "a sum of \(shape) and \(other.shape)")
    unsafe other.withPointer { y in
      unsafe inBlocks(of: 1) { x, first, rows in unsafe antiphon_add(x, y + first, rows) }
    }
  }

  /// Adds a row of channels to each row.
  public mutating func addToRows(_ row: Tensor) {
    let channels = row.count
    unsafe row.withPointer { row in
      unsafe inBlocks(of: channels) { x, _, rows in unsafe antiphon_add_row(x, row + 0, rows, channels) }
    }
  }

  /// Puts the sums of another tensor's rows in place of what was here, one for each channel.
  public mutating func sumRows(of other: Tensor) {
    let channels = count
    self = unsafe other.reduceRows(channels, sums: 1) { sums, x, rows in
      unsafe antiphon_sum_rows(sums, x, rows, channels)
    }.reshaped(shape)
  }

  /// Multiplies every value.
  public mutating func scale(by factor: Float) {
    var values = mutableValues
    for index in values.indices { values[index] *= factor }
  }

  /// Calls a kernel for blocks of rows, on the threads of the pool: the block's first value, that value's position, and
  /// the number of rows.
  mutating func inBlocks(of channels: Int, _ body: @Sendable (UnsafeMutablePointer<Float>, Int, Int) -> Void) {
    guard count > 0 else { return }
    let blocks = Self.blocks(of: count / channels, atLeast: max(1, 16_384 / channels))
    unsafe withMutablePointer { pointer in
      ThreadPool.current.run(blocks.count) { index in
        let first = blocks[index].lowerBound * channels
        unsafe body(pointer + first, first, blocks[index].count)
      }
    }
  }

  /// Sums over rows, `sums` of them for each channel: each block of rows on its own, and then the blocks in order.
  func reduceRows(
    _ channels: Int, sums: Int, _ body: @Sendable (UnsafeMutablePointer<Float>, UnsafePointer<Float>, Int) -> Void
  ) -> Tensor {
    let width = sums * channels
    var result = Tensor([sums, channels])
    guard count > 0 else { return result }
    let blocks = Self.blocks(of: count / channels, atLeast: max(1, 16_384 / channels))
    var partial = Tensor([blocks.count, width])
    unsafe withPointer { x in
      unsafe partial.withMutablePointer { partial in
        ThreadPool.current.run(blocks.count) { index in
          let first = blocks[index].lowerBound * channels
          unsafe body(partial + index * width, UnsafePointer(x + first), blocks[index].count)
        }
      }
    }
    unsafe partial.withPointer { partial in
      unsafe result.withMutablePointer { unsafe antiphon_sum_rows($0 + 0, partial + 0, blocks.count, width) }
    }
    return result
  }
}
