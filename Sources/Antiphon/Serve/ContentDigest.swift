import Foundation

/// The SHA-256 of some bytes (FIPS 180-4): what has the same one is the same content.
struct ContentDigest: Hashable, Sendable {
  let bytes: [UInt8]

  init(of content: [UInt8]) {
    var hash = RunningHash()
    hash.add(content)
    bytes = hash.finish()
  }

  /// Reads a file, a block at a time.
  ///
  /// - Parameter check: Throws where that is to end.
  init(ofFile path: String, check: () throws -> Void) throws {
    let file = try FileHandle(forReadingFrom: URL(filePath: path))
    defer { try? file.close() }
    var hash = RunningHash()
    while let block = try file.read(upToCount: 1 << 20), !block.isEmpty {
      try check()
      hash.add([UInt8](block))
    }
    bytes = hash.finish()
  }
}

private struct RunningHash {
  /// The first 32 bits of the fractional parts of the square roots of the first 8 primes.
  private var state: [UInt32] = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  /// What does not fill a block of 64 bytes.
  private var rest: [UInt8] = []
  private var count: UInt64 = 0
  private var words = [UInt32](repeating: 0, count: 64)

  mutating func add(_ bytes: [UInt8]) {
    count += UInt64(bytes.count)
    let joined = rest.isEmpty ? bytes : rest + bytes
    var first = 0
    while joined.count - first >= 64 {
      takeBlock(of: joined, at: first)
      first += 64
    }
    rest = Array(joined[first...])
  }

  mutating func finish() -> [UInt8] {
    let bits = count * 8
    let zeros = (119 - rest.count) % 64
    add([0x80] + Array(repeating: 0, count: zeros))
    add(stride(from: 56, through: 0, by: -8).map { UInt8(truncatingIfNeeded: bits >> UInt64($0)) })
    return state.flatMap { word in stride(from: 24, through: 0, by: -8).map { UInt8(truncatingIfNeeded: word >> $0) } }
  }

  private mutating func takeBlock(of bytes: [UInt8], at first: Int) {
    for index in 0..<16 {
      let place = first + index * 4
      let upper = UInt32(bytes[place]) << 24 | UInt32(bytes[place + 1]) << 16
      words[index] = upper | UInt32(bytes[place + 2]) << 8 | UInt32(bytes[place + 3])
    }
    for index in 16..<64 {
      let (early, late) = (words[index - 15], words[index - 2])
      let small = early.rotated(7) ^ early.rotated(18) ^ early >> 3
      let large = late.rotated(17) ^ late.rotated(19) ^ late >> 10
      words[index] = words[index - 16] &+ small &+ words[index - 7] &+ large
    }
    var (a, b, c, d, e, f, g, h) = (state[0], state[1], state[2], state[3], state[4], state[5], state[6], state[7])
    for index in 0..<64 {
      let choice = (e & f) ^ (~e & g)
      let first = h &+ (e.rotated(6) ^ e.rotated(11) ^ e.rotated(25)) &+ choice &+ Self.constants[index] &+ words[index]
      let majority = (a & b) ^ (a & c) ^ (b & c)
      let second = (a.rotated(2) ^ a.rotated(13) ^ a.rotated(22)) &+ majority
      (h, g, f, e, d, c, b, a) = (g, f, e, d &+ first, c, b, a, first &+ second)
    }
    for (index, value) in [a, b, c, d, e, f, g, h].enumerated() { state[index] &+= value }
  }

  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes.
  private static let constants: [UInt32] = primes.map { prime in
    UInt32(truncatingIfNeeded: cubeRoot(of: prime))
  }

  private static let primes: [UInt64] = (2...311).filter { number in
    !(2..<number).contains { number.isMultiple(of: $0) }
  }

  /// The whole part of 2^32 times the cube root of a small number, by halving.
  private static func cubeRoot(of number: UInt64) -> UInt64 {
    var (low, high) = (UInt64(0), UInt64(7) << 32)
    while high - low > 1 {
      let middle = low + (high - low) / 2
      // middle^3 against number * 2^96, in 192 bits of which the lowest 32 do not matter: both are far apart there.
      let square = middle.multipliedFullWidth(by: middle)
      let cubeLow = square.low.multipliedFullWidth(by: middle)
      let cubeHigh = square.high &* middle &+ cubeLow.high
      if cubeHigh >= number << 32 { high = middle } else { low = middle }
    }
    return low
  }
}

extension UInt32 {
  fileprivate func rotated(_ bits: UInt32) -> UInt32 { self >> bits | self << (32 - bits) }
}
