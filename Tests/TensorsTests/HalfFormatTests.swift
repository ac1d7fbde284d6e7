import Tensors
import Testing

@Suite struct `Values in two bytes` {
  private static func written(_ values: [Float], as format: HalfFormat) -> [UInt16] {
    var bytes = [UInt8](repeating: 0xa5, count: 2 * values.count)
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    format.write(values.span, into: &raw)
    return (0..<values.count).map { UInt16(bytes[2 * $0]) | UInt16(bytes[2 * $0 + 1]) << 8 }
  }

  private static func read(_ halves: [UInt16], as format: HalfFormat) -> [Float] {
    format.read(halves.span.bytes).array
  }

  /// Values of all exponents, and those at which something changes: ties, the largest, the smallest.
  private static let values: [Float] = {
    var generator = SeededGenerator(seed: 11)
    let random = (0..<200_000).map { _ in Float(bitPattern: UInt32.random(in: 0 ... .max, using: &generator)) }
    let near: [Float] = [0, 1, 65504, 0x1p-14, 0x1p-24, 0x1p-25, 0x1.8p-24, .greatestFiniteMagnitude, 0x1.fep127]
    let ties = (0..<2048).map { 1 + Float($0) * 0x1p-11 } + (0..<512).map { 2 + Float($0) * 0x1p-7 }
    let edges = (near + ties).flatMap { [$0, -$0, $0.nextUp, $0.nextDown, -$0.nextUp] }
    return random.filter { !$0.isNaN } + edges + [.infinity, -.infinity]
  }()

  private static func finite(_ values: [Float], below limit: Float) -> [Float] {
    values.map { $0.isFinite ? min(max($0, -limit), limit) : $0 }
  }

  @Test func `are what Swift's own conversion makes of them`() {
    let expected = Self.finite(Self.values, below: 65504).map { Float16($0).bitPattern }
    let found = Self.written(Self.values, as: .float16)
    #expect(zip(found, expected).filter { $0 != $1 }.count == 0)
    let all = [UInt16](0 ... .max).filter { !Float16(bitPattern: $0).isNaN }
    let read = Self.read(all, as: .float16)
    #expect(zip(read, all).filter { $0.bitPattern != Float(Float16(bitPattern: $1)).bitPattern }.count == 0)
    #expect(Self.written(read, as: .float16) == all)
  }

  @Test func `are the nearest Float of 16 bits, of two the even one`() {
    /// By trying both neighbours.
    func nearest(_ value: Float) -> UInt16 {
      let below = UInt16(value.bitPattern >> 16)
      guard value.isFinite, below & 0x7fff != 0x7f7f else { return below }
      func distance(_ half: UInt16) -> Double { abs(Double(Float(bitPattern: UInt32(half) << 16)) - Double(value)) }
      if distance(below) == distance(below + 1) { return below & 1 == 0 ? below : below + 1 }
      return distance(below) < distance(below + 1) ? below : below + 1
    }
    let found = Self.written(Self.values, as: .bfloat16)
    #expect(zip(found, Self.values).filter { $0 != nearest($1) }.count == 0)
    let all = [UInt16](0 ... .max)
    let read = Self.read(all, as: .bfloat16)
    #expect(zip(read, all).filter { $0.bitPattern != UInt32($1) << 16 }.count == 0)
    let numbers = zip(read, all).filter { !$0.0.isNaN }
    #expect(Self.written(numbers.map(\.0), as: .bfloat16) == numbers.map(\.1))
  }

  @Test(arguments: [HalfFormat.bfloat16, .float16])
  func `stay finite where they were, and stay what is no number`(format: HalfFormat) {
    let large: [Float] = [.greatestFiniteMagnitude, -.greatestFiniteMagnitude]
    let read = Self.read(Self.written(large, as: format), as: format)
    #expect(read[0].isFinite && read[0] >= 65504 && read[1] == -read[0])
    let infinite: [Float] = [.infinity, -.infinity]
    #expect(Self.read(Self.written(infinite, as: format), as: format) == infinite)
    let none = [0x7f80_0001, 0x7f80_ffff, 0x7fc0_0000, 0x7fff_ffff, 0xff80_0001, 0xffff_ffff].map {
      Float(bitPattern: $0)
    }
    #expect(Self.read(Self.written(none, as: format), as: format).filter(\.isNaN).count == none.count)
  }

  @Test(arguments: [HalfFormat.bfloat16, .float16], [0, 1, 15, 17, 100])
  func `may be as many as one likes, anywhere in memory`(format: HalfFormat, count: Int) {
    let values = (0..<count).map { Float($0) - 3.5 }
    var bytes = [UInt8](repeating: 0xa5, count: 2 * count + 2)
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    var inner = raw._mutatingExtracting(1..<2 * count + 1)
    format.write(values.span, into: &inner)
    #expect(bytes.first == 0xa5 && bytes.last == 0xa5)
    let read = format.read(bytes.span.bytes.extracting(1..<2 * count + 1)).array
    #expect(read == values)
  }
}
