internal import Kernels

/// A convolution as a product of matrices: rows of what the window sees at each place, times the weights.
///
/// Some images at a time, as many as fit the cache; their rows are divided into blocks for the threads. None of that
/// depends on the number of threads, so that the result does not.
struct ProductConvolution {
  let window: Window
  let filters: Int

  init(_ window: Window, _ filters: Int) {
    self.window = window
    self.filters = filters
  }

  /// - Returns: The sums of the outputs and of their squares, where they are asked for.
  func forward(_ x: Features, _ weights: Tensor, into y: FeatureMaps, _ takesMoments: Bool) -> ChannelSums? {
    let groups = groups(of: x.maps.batch, width: window.depth)
    let blocks = groups.map(blocks)
    let sums = takesMoments ? PartialSums(blocks: blocks.reduce(0) { $0 + $1.count }, channels: filters) : nil
    var firstBlock = 0
    for (images, blocks) in zip(groups, blocks) {
      let seen = WindowRows(x, window, images)
      let numbered = firstBlock
      forEachPart(blocks, of: filters, preparing: [seen]) { block, columns in
        let rows = blocks[block]
        let place = images.lowerBound * window.places + rows.lowerBound
        unsafe seen.withMatrix(rows) { matrix in
          unsafe weights.withPointer { weights in
            unsafe y.withPointer { output in
              unsafe multiply(
                rows.count, columns.count, window.depth, matrix,
                MatrixView(base: weights + columns.lowerBound, pitch: filters),
                into: output + (place * y.pitch + columns.lowerBound), pitch: y.pitch)
            }
          }
        }
        sums?.takeMoments(of: y, place..<place + rows.count, block: numbered + block, channels: columns)
      }
      firstBlock += blocks.count
    }
    return sums?.total
  }

  /// - Parameters:
  ///   - dx: Where the input's gradient is put, or added to what is there.
  /// - Returns: The sums of the input's gradient, where anything is pending for `x`.
  func backward(
    _ dy: Features, _ x: Features, _ weights: Tensor, weightGradient: inout Tensor, inputGradient dx: FeatureMaps?,
    adding: Bool
  ) -> ChannelSums? {
    let groups = groups(of: x.maps.batch, width: window.depth + filters)
    let outputs = Window(
      over: window.output, channels: filters, kernel: .init(1, 1), stride: .init(1, 1), padding: .valid)
    let accumulator = WeightAccumulator(window.depth, filters)
    let blocks = groups.map(blocks)
    let target = dx.map {
      InputGradient(
        window, filters, x: x, weights, into: $0, adding: adding, blocks: blocks.reduce(0) { $0 + $1.count })
    }
    var firstBlock = 0
    for (images, blocks) in zip(groups, blocks) {
      let seen = WindowRows(x, window, images)
      let slopes = WindowRows(dy, outputs, images)
      let numbered = firstBlock
      let columns = target?.begin(images)
      forEachPart(blocks, of: window.depth, preparing: [seen, slopes]) { block, range in
        target?.compute(blocks[block], range, of: images, slopes, columns, block: numbered + block)
      }
      let folded = target?.isFolded == true ? images.count : 0
      ThreadPool.current.run(accumulator.parts + folded) { part in
        if part < folded {
          target?.fold(images.lowerBound + part, columns, row: part * window.places)
        } else {
          accumulator.add(
            part: part - folded, seen, slopes, rows: images.count * window.places, isFirst: images.lowerBound == 0)
        }
      }
      firstBlock += blocks.count
    }
    accumulator.finish(into: &weightGradient)
    return target?.sums?.total
  }

  /// About as many rows as a product needs to be fast.
  private static let rowsInBlock = 768

  /// Images in groups: some thousands of rows, unless these would not stay in cache.
  private func groups(of batch: Int, width: Int) -> [Range<Int>] {
    let rows = min(8192, (4 << 20) / width)
    return (0..<batch).divided(into: batch / max(1, min(batch, rows / window.places)))
  }

  /// The rows of a group in blocks.
  private func blocks(of images: Range<Int>) -> [Range<Int>] {
    let rows = images.count * window.places
    return (0..<rows).divided(into: rows / Self.rowsInBlock)
  }

  /// Calls `body` for blocks of rows, and of columns where there are few rows, after a block's rows are laid out.
  private func forEachPart(
    _ blocks: [Range<Int>], of columns: Int, preparing matrices: [WindowRows],
    _ body: @Sendable (Int, Range<Int>) -> Void
  ) {
    let parts = (0..<columns).divided(into: blocks.count >= 8 ? 1 : min(columns / 128, 8 / blocks.count))
    guard parts.count > 1 else {
      return ThreadPool.current.run(blocks.count) { block in
        for matrix in matrices { matrix.prepare(blocks[block]) }
        body(block, 0..<columns)
      }
    }
    ThreadPool.current.run(blocks.count) { block in
      for matrix in matrices { matrix.prepare(blocks[block]) }
    }
    ThreadPool.current.run(blocks.count * parts.count) { index in
      body(index / parts.count, parts[index % parts.count])
    }
  }
}
