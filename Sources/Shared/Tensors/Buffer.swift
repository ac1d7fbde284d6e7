/// Pooled memory for values that are no tensor; several threads may write to different parts of it.
@safe final class Buffer<Element: BitwiseCopyable>: @unchecked Sendable {
  let count: Int
  private let block: Memory.Block
  private let base: UnsafeMutablePointer<Element>

  /// Memory whose values are undefined until they are written.
  init(count: Int) {
    self.count = count
    block = Memory.take((count * MemoryLayout<Element>.stride + 3) / 4)
    unsafe base = UnsafeMutableRawPointer(block.base).bindMemory(to: Element.self, capacity: count)
  }

  deinit {
    unsafe _ = UnsafeMutableRawPointer(base).bindMemory(to: Float.self, capacity: block.capacity)
    Memory.give(block)
  }

  static func + (buffer: Buffer, offset: Int) -> UnsafeMutablePointer<Element> { unsafe buffer.base + offset }

  subscript(index: Int) -> Element {
    precondition((0..<count).contains(index), "value \(index) of \(count)")
    return unsafe base[index]
  }
}
