import Parameters
import Tensors
import Testing

@testable import Checkpoints

@Suite struct `The header of a shard` {
  private let pieces = ShardPiece.pieces(of: model, owned: 1..<9, slots: slots)

  @Test func `survives a round trip, also of a server that owns nothing`() throws {
    for pieces in [pieces, []] {
      let bytes = try SafetensorsHeader(pieces).encoded(for: "")
      #expect(bytes.count % 8 == 0)
      let size = pieces.last?.bytes.upperBound ?? 0
      #expect(try SafetensorsHeader(json: Array(bytes[8...]), dataSize: size).pieces == pieces)
      #expect(throws: SafetensorsHeader.Malformed.self) {
        try SafetensorsHeader(json: Array(bytes[8...]), dataSize: size + 4)
      }
    }
  }

  @Test func `never crashes a reader, and never points beyond the data, whatever it says`() throws {
    let bytes = Array(try SafetensorsHeader(pieces).encoded(for: "")[8...])
    let size = pieces.last!.bytes.upperBound
    var generator = SeededGenerator(seed: 1)
    var accepted = 0
    for _ in 0..<3000 {
      var changed = bytes
      for _ in 0..<Int.random(in: 1...2, using: &generator) {
        changed[Int.random(in: bytes.indices, using: &generator)] = UInt8.random(in: 32...126, using: &generator)
      }
      guard let header = try? SafetensorsHeader(json: changed, dataSize: size) else { continue }
      accepted += 1
      #expect(header.pieces.allSatisfy { 0..<size ~= $0.bytes.lowerBound && $0.bytes.upperBound <= size })
      #expect(header.pieces.allSatisfy { $0.rows.count * $0.rowBytes == $0.bytes.count })
    }
    #expect(accepted > 0)  // a changed name is as good as another
  }
}
