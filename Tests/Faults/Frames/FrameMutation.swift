import Tensors

/// What a broken or hostile sender makes of a right frame: bits flipped, bytes left out or too many, numbers and counts
/// that cannot be, parts of other sizes and in other places.
public struct FrameMutation {
  private var generator: SeededGenerator

  public init(seed: UInt64) {
    generator = SeededGenerator(seed: seed, stream: "mutation")
  }

  /// Damages a frame once to three times. Some damage leaves it as it was.
  public mutating func apply(to frame: inout Frame) {
    for _ in 0..<Int.random(in: 1...3, using: &generator) { damageOnce(&frame) }
  }

  private mutating func damageOnce(_ frame: inout Frame) {
    if frame.parts.isEmpty || number(below: 8) == 0 {
      damageParts(of: &frame)
    } else {
      damage(&frame.parts[0])
    }
  }

  private mutating func damage(_ bytes: inout [UInt8]) {
    switch number(below: 12) {
    case 0:
      for _ in 0...number(below: 8) { flipBit(of: &bytes) }
    case 1: flipBit(of: &bytes)
    case 2: bytes.removeLast(number(below: bytes.count + 1))
    case 3: bytes += randomBytes(upTo: 64)
    case 4: write(Self.oddNumbers32.randomElement(using: &generator)!, into: &bytes)
    case 5: write(Self.oddNumbers64.randomElement(using: &generator)!, into: &bytes)
    case 6: write(UInt32(number(below: 64)), into: &bytes)
    case 7: swapRuns(of: &bytes)
    case 8: bytes.removeSubrange(run(of: bytes))
    case 9: bytes.insert(contentsOf: bytes[run(of: bytes)], at: number(below: bytes.count + 1))
    case 10: if bytes.count > 3 { bytes[3] = UInt8(number(below: 32)) }  // another operation's body
    default: bytes = (number(below: 2) == 0 ? Array(bytes.prefix(24)) : []) + randomBytes(upTo: 80)
    }
  }

  private mutating func damageParts(of frame: inout Frame) {
    let index = number(below: max(1, frame.parts.count))
    guard frame.parts.indices.contains(index) else { return frame.parts.append(randomBytes(upTo: 64)) }
    switch number(below: 6) {
    case 0: frame.parts.remove(at: index)
    case 1: frame.parts.insert(frame.parts[index], at: index)
    case 2: frame.parts[index].removeLast(number(below: frame.parts[index].count + 1))
    case 3: frame.parts[index] += randomBytes(upTo: 16)
    case 4: frame.parts.swapAt(index, number(below: frame.parts.count))
    default: frame.parts += (0..<number(below: 20)).map { _ in [] }
    }
  }

  /// Numbers at which counts and sizes go wrong.
  private static let oddNumbers32: [UInt32] = [
    0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x7fff_ffff, 0x8000_0000, .max - 1, .max,
  ]
  private static let oddNumbers64: [UInt64] = [0, 1, 0xffff_ffff, 1 << 32, 1 << 62, 1 << 63, .max >> 1, .max - 1, .max]

  private mutating func number(below limit: Int) -> Int { Int.random(in: 0..<limit, using: &generator) }

  private mutating func randomBytes(upTo limit: Int) -> [UInt8] {
    (0...number(below: limit)).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
  }

  private mutating func flipBit(of bytes: inout [UInt8]) {
    guard !bytes.isEmpty else { return }
    bytes[number(below: bytes.count)] ^= 1 << UInt8(number(below: 8))
  }

  private mutating func write<Value: FixedWidthInteger>(_ value: Value, into bytes: inout [UInt8]) {
    let size = Value.bitWidth / 8
    guard bytes.count >= size else { return }
    let start = number(below: bytes.count - size + 1)
    for index in 0..<size { bytes[start + index] = UInt8(truncatingIfNeeded: value >> (8 * Value(index))) }
  }

  private mutating func run(of bytes: [UInt8]) -> Range<Int> {
    let start = number(below: bytes.count + 1)
    return start..<start + number(below: min(16, bytes.count - start) + 1)
  }

  private mutating func swapRuns(of bytes: inout [UInt8]) {
    let size = number(below: 9)
    guard bytes.count >= 2 * size else { return }
    let (first, second) = (number(below: bytes.count - size + 1), number(below: bytes.count - size + 1))
    for index in 0..<size { bytes.swapAt(first + index, second + index) }
  }
}
