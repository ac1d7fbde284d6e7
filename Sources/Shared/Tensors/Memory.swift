import Glibc
import Synchronization

/// Aligned blocks of Float memory that are kept when they are freed, so that a training step in its steady state
/// neither asks the system for memory nor touches a page for the first time.
///
/// This is the process's allocator for tensors, as `malloc` is for everything else: hence one for all threads.
/// Blocks of 2 MiB and more are asked for on huge pages (`madvise`, `MADV_HUGEPAGE`).
enum Memory {
  private static let free = Mutex<[Int: [Block]]>([:])

  /// A block of memory; only its owner reads or writes it.
  @safe struct Block: @unchecked Sendable {
    let base: UnsafeMutablePointer<Float>
    let capacity: Int
  }

  /// A block for at least `count` values, aligned to 64 bytes; what it holds is undefined.
  static func take(_ count: Int) -> Block {
    let capacity = sizeClass(count)
    return free.withLock { take(capacity, from: &$0) } ?? allocate(capacity)
  }

  /// A free block of the size, or the smallest one of those that are not twice as large: in the backward pass, what the
  /// forward pass kept comes free, and is mostly of other sizes than what is needed.
  private static func take(_ capacity: Int, from free: inout [Int: [Block]]) -> Block? {
    if let block = free[capacity]?.popLast() { return block }
    let larger = free.lazy.filter { !$0.value.isEmpty && $0.key > capacity && $0.key < 2 * capacity }.map(\.key).min()
    return larger.flatMap { free[$0]?.popLast() }
  }

  static func give(_ block: Block) {
    free.withLock { $0[block.capacity, default: []].append(block) }
  }

  /// Sizes are rounded up to an eighth of a power of two, so that a block fits the next tensor of about its size.
  private static func sizeClass(_ count: Int) -> Int {
    guard count > 1024 else { return max(64, count.roundedUp(to: 64)) }
    let power = 1 << (Int.bitWidth - 1 - count.leadingZeroBitCount)
    return count.roundedUp(to: power / 8)
  }

  private static func allocate(_ capacity: Int) -> Block {
    let hugePage = 2 << 20
    let bytes = capacity * MemoryLayout<Float>.stride
    let isHuge = bytes >= hugePage
    var address: UnsafeMutableRawPointer?
    let failure = unsafe posix_memalign(&address, isHuge ? hugePage : 64, bytes)
    guard failure == 0, let address = unsafe address else {
      fatalError("out of memory: \(bytes) bytes were asked for")
    }
    if isHuge { _ = unsafe madvise(address, bytes, MADV_HUGEPAGE) }
    return unsafe Block(base: address.bindMemory(to: Float.self, capacity: capacity), capacity: capacity)
  }
}

extension Int {
  func roundedUp(to multiple: Int) -> Int { (self + multiple - 1) / multiple * multiple }
}
