import Tensors
import Testing

@Suite struct `Checksums` {
  private func checksum(of bytes: [UInt8]) -> Checksum { Checksum(of: bytes.span.bytes) }

  @Test func `of parts are put together to that of the whole`() {
    var generator = SeededGenerator(seed: 3)
    for (first, second) in [(0, 0), (0, 5), (5, 0), (1, 1), (7, 4096), (300, 65_537)] {
      let bytes = (0..<first + second).map { _ in UInt8(truncatingIfNeeded: generator.next()) }
      var joined = checksum(of: Array(bytes[..<first]))
      joined.add(checksum(of: Array(bytes[first...])), ofBytes: second)
      #expect(joined == checksum(of: bytes))
    }
  }

  @Test func `are Castagnoli's`() {
    #expect(checksum(of: Array("123456789".utf8)).value == 0xe306_9283)
  }
}
