import Tensors
import Testing

@Suite struct `One bit a value` {
  private static func write(_ values: [Float], _ left: inout Tensor) -> [UInt8] {
    var bytes = [UInt8](repeating: 0xa5, count: SignFormat.byteCount(of: values.count))
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    SignFormat.write(values.span, addingTo: &left, into: &raw)
    return bytes
  }

  private static func read(_ bytes: [UInt8], count: Int) -> [Float]? {
    SignFormat.read(bytes.span.bytes, count: count)?.array
  }

  private static func draw(_ count: Int, seed: UInt64) -> [Float] {
    var generator = SeededGenerator(seed: seed)
    return generator.normal(count, deviation: 1)
  }

  /// 512 values share two means.
  @Test(arguments: [1, 7, 8, 9, 16, 511, 512, 513, 1600])
  func `tells the mean of those below zero, and of the others`(count: Int) throws {
    let values = Self.draw(count, seed: UInt64(count))
    let earlier = Self.draw(count, seed: 99)
    var left = Tensor([count], values: earlier)
    let bytes = Self.write(values, &left)
    #expect(bytes.count == (count + 511) / 512 * 8 + (count + 7) / 8)
    let read = try #require(Self.read(bytes, count: count))
    let sums = zip(values, earlier).map { $0 + $1 }
    for first in stride(from: 0, to: count, by: 512) {
      let block = first..<min(first + 512, count)
      for isBelow in [true, false] {
        let members = block.filter { (sums[$0] < 0) == isBelow }
        let mean = members.reduce(0) { $0 + Double(sums[$1]) } / Double(max(1, members.count))
        #expect(members.filter { abs(Double(read[$0]) - mean) > 1e-6 }.count == 0)
      }
    }
    let kept = left.array
    #expect((0..<count).filter { abs(read[$0] + kept[$0] - sums[$0]) > 1e-6 }.count == 0)
  }

  /// Eight whole numbers above zero and eight below, so that each mean adds three bits: all sums are exact in a Float.
  @Test func `loses nothing in the sum`() throws {
    let count = 16
    var generator = SeededGenerator(seed: 5)
    var left = Tensor([count])
    var (sent, whole) = ([Float](repeating: 0, count: count), [Float](repeating: 0, count: count))
    for step in 0..<4 {
      let values = (0..<count).map { index in
        Float(64 + Int.random(in: 0...7, using: &generator)) * ((index + step) % 2 == 0 ? 1 : -1)
      }
      let read = try #require(Self.read(Self.write(values, &left), count: count))
      for index in 0..<count {
        sent[index] += read[index]
        whole[index] += values[index]
      }
      let rest = left.array
      #expect((0..<count).filter { sent[$0] + rest[$0] != whole[$0] }.count == 0)
      #expect(rest.filter { $0 != 0 }.count > 8)
    }
  }

  /// What is left does not grow: its size is that of one gradient, after any number of them.
  @Test func `leaves no more for later than a few gradients`() {
    let count = 4096
    var left = Tensor([count])
    var sizes: [Float] = []
    for step in 0..<400 {
      _ = Self.write(Self.draw(count, seed: UInt64(step)), &left)
      sizes.append((left.array.reduce(0) { $0 + $1 * $1 } / Float(count)).squareRoot())
    }
    #expect(sizes[399] < 4 && sizes[399] < 2 * sizes[100])
  }

  @Test(arguments: [Float.nan, .infinity, -.infinity])
  func `with a mean that is not finite is not read`(value: Float) throws {
    var values = Self.draw(700, seed: 4)
    values[600] = value
    var left = Tensor([700])
    #expect(Self.read(Self.write(values, &left), count: 700) == nil)
  }
}
