import Glibc
import Synchronization

/// Aligned blocks of Float memory that are kept when they are freed, so that a training step in its steady state
/// neither asks the system for memory nor touches a page for the first time.
///
/// This is the process's allocator for tensors, as `malloc` is for everything else: hence one for all threads.
/// All but small blocks lie on huge pages (`madvise`, `MADV_HUGEPAGE`): what streams through memory would else pause at
/// every 4 KiB. Those smaller than a huge page are cut from a larger piece, one after the other.
enum Memory {
  private struct Store {
    var free: [Int: [Block]] = [:]
    /// What is left of the piece that blocks are cut from.
    var piece: Block?
  }

  private static let store = Mutex(Store())
  private static let hugePage = 2 << 20
  private static let pieceBytes = 16 << 20
  private static let leastCutBytes = 64 << 10
  /// Values between two that are cut, so that not all begin at the same place in a cache.
  private static let gap = 17 * 16

  /// A block of memory; only its owner reads or writes it.
  @safe struct Block: @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>
    let capacity: Int
  }

  /// A block for at least `count` values, aligned to 64 bytes; what it holds is undefined.
  static func take(_ count: Int) -> Block {
    let capacity = sizeClass(count)
    return store.withLock { store in
      if let block = take(capacity, from: &store.free) { return block }
      let isCut = (leastCutBytes..<hugePage).contains(bytes(capacity))
      return isCut ? cut(capacity, from: &store.piece) : allocate(bytes: bytes(capacity))
    }
  }

  static func give(_ block: Block) {
    store.withLock { $0.free[block.capacity, default: []].append(block) }
  }

  /// A free block of the size, or the smallest one of those that are not twice as large: in the backward pass, what the
  /// forward pass kept comes free, and is mostly of other sizes than what is needed.
  private static func take(_ capacity: Int, from free: inout [Int: [Block]]) -> Block? {
    if let block = free[capacity]?.popLast() { return block }
    let larger = free.lazy.filter { !$0.value.isEmpty && $0.key > capacity && $0.key < 2 * capacity }.map(\.key).min()
    return larger.flatMap { free[$0]?.popLast() }
  }

  private static func cut(_ capacity: Int, from piece: inout Block?) -> Block {
    let whole = piece.flatMap { $0.capacity >= capacity + gap ? $0 : nil } ?? allocate(bytes: pieceBytes)
    piece = unsafe Block(base: whole.base + capacity + gap, capacity: whole.capacity - capacity - gap)
    return unsafe Block(base: whole.base, capacity: capacity)
  }

  /// Sizes are rounded up to an eighth of a power of two, so that a block fits the next tensor of about its size.
  private static func sizeClass(_ count: Int) -> Int {
    guard count > 1024 else { return max(64, count.roundedUp(to: 64)) }
    let power = 1 << (Int.bitWidth - 1 - count.leadingZeroBitCount)
    return count.roundedUp(to: power / 8)
  }

  private static func bytes(_ capacity: Int) -> Int { capacity * MemoryLayout<Float>.stride }

  private static func allocate(bytes: Int) -> Block {
    let isHuge = bytes >= hugePage
    var address: UnsafeMutableRawPointer?
    let failure = unsafe posix_memalign(&address, isHuge ? hugePage : 64, bytes)
    guard failure == 0, let address = unsafe address else {
      fatalError("out of memory: \(bytes) bytes were asked for")
    }
    if isHuge { _ = unsafe madvise(address, bytes, MADV_HUGEPAGE) }
    let capacity = bytes / MemoryLayout<Float>.stride
    return unsafe Block(base: address.bindMemory(to: Float.self, capacity: capacity), capacity: capacity)
  }
}

extension Int {
  func roundedUp(to multiple: Int) -> Int { (self + multiple - 1) / multiple * multiple }
}
