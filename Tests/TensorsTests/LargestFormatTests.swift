import Tensors
import Testing

@Suite struct `The largest values` {
  private static func write(_ values: [Float], keeping kept: Int, _ left: inout Tensor) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xa5, count: LargestFormat.byteCount(keeping: kept))
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    LargestFormat.write(values.span, keeping: kept, addingTo: &left, into: &raw)
    return bytes
  }

  private static func read(_ bytes: [UInt8], count: Int) -> [Float]? {
    LargestFormat.read(bytes.span.bytes, count: count)?.array
  }

  private static func encoded(_ pairs: [(UInt32, Float)]) -> [UInt8] {
    (pairs.map(\.0) + pairs.map(\.1.bitPattern)).flatMap { word in (0..<4).map { UInt8(word >> (8 * $0) & 0xff) } }
  }

  /// Against sorting; some values are equal, and of these the first ones are kept.
  @Test(arguments: [(1, 1), (10, 3), (1000, 1), (1000, 10), (1000, 999), (1000, 1000), (50_000, 500)])
  func `are those that sorting finds`(count: Int, kept: Int) throws {
    var generator = SeededGenerator(seed: UInt64(count + kept))
    let values = generator.normal(count, deviation: 1).map { ($0 * 200).rounded() / 8 }
    let earlier = generator.normal(count, deviation: 1).map { ($0 * 100).rounded() / 8 }
    let sums = zip(values, earlier).map { $0 + $1 }
    var left = Tensor([count], values: earlier)
    let bytes = Self.write(values, keeping: kept, &left)
    let order = (0..<count).sorted { (abs(sums[$1]), $0) < (abs(sums[$0]), $1) }
    let places = order.prefix(kept).sorted()
    #expect(bytes == Self.encoded(places.map { (UInt32($0), sums[$0]) }))
    let read = try #require(Self.read(bytes, count: count))
    let isKept = Set(places)
    #expect(read == (0..<count).map { isKept.contains($0) ? sums[$0] : 0 })
    #expect(left.array == (0..<count).map { isKept.contains($0) ? 0 : sums[$0] })
  }

  /// Numbers that differ only in their last bits.
  @Test func `are told apart to the last bit`() throws {
    let values = (0..<300).map { Float(bitPattern: 0x3f80_0000 + UInt32(($0 * 7919) % 300)) * ($0 % 2 == 0 ? 1 : -1) }
    var left = Tensor([300])
    let read = try #require(Self.read(Self.write(values, keeping: 20, &left), count: 300))
    #expect(read == values.map { abs($0) >= Float(bitPattern: 0x3f80_0000 + 280) ? $0 : 0 })
  }

  @Test func `lose nothing in the sum`() throws {
    let count = 2000
    var generator = SeededGenerator(seed: 8)
    var left = Tensor([count])
    var (sent, whole) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
    for _ in 0..<50 {
      let values = generator.normal(count, deviation: 100).map { $0.rounded() }
      let read = try #require(Self.read(Self.write(values, keeping: 20, &left), count: count))
      for index in 0..<count {
        sent[index] += read[index]
        whole[index] += values[index]
      }
    }
    let rest = left.array
    #expect((0..<count).filter { sent[$0] + rest[$0] != whole[$0] }.count == 0)
    #expect(sent.filter { $0 != 0 }.count > 500)
  }

  @Test func `are read only if places rise, are there, and hold numbers`() throws {
    let good: [(UInt32, Float)] = [(0, 1), (5, -2), (9, 3)]
    let read = try #require(Self.read(Self.encoded(good), count: 10))
    #expect(read == [1, 0, 0, 0, 0, -2, 0, 0, 0, 3])
    let wrong: [[(UInt32, Float)]] = [
      [(0, 1), (5, -2), (10, 3)], [(0, 1), (5, -2), (.max, 3)], [(5, 1), (0, -2), (9, 3)], [(5, 1), (5, 2), (9, 3)],
      [(0, .nan), (5, -2), (9, 3)], [(0, 1), (5, -2), (9, .infinity)], [(0, 1), (5, -.infinity), (9, 3)],
    ]
    for pairs in wrong { #expect(Self.read(Self.encoded(pairs), count: 10) == nil, "\(pairs)") }
  }

  /// A network that diverges has to be seen.
  @Test func `are first those that are no numbers, which are then refused`() {
    var values = [Float](repeating: 1, count: 100)
    values[50] = .nan
    var left = Tensor([100])
    #expect(Self.read(Self.write(values, keeping: 1, &left), count: 100) == nil)
  }
}
