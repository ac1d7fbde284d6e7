import Figures
import Testing

@Suite struct `A picture` {
  @Test(arguments: [(1, 1), (3, 2), (480, 64)]) func `becomes a PNG file of its size`(width: Int, height: Int) {
    let values = (0..<width * height).map { UInt8(truncatingIfNeeded: $0 &* 97) }
    let bytes = Picture(width: width, height: height, values: values).png(.magma)
    #expect(bytes.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
    func number(at index: Int) -> Int { bytes[index..<index + 4].reduce(0) { $0 << 8 | Int($1) } }
    #expect(number(at: 16) == width && number(at: 20) == height)
    #expect(bytes[24...25] == [8, 3], "eight bits a value, and a palette")
    #expect(bytes.suffix(8).starts(with: Array("IEND".utf8)))
  }

  @Test func `is its own address`() {
    let address = Picture(width: 2, height: 1, values: [0, 255]).address(.magma)
    #expect(address.hasPrefix("data:image/png;base64,iVBORw0KGgo"))
  }
}
