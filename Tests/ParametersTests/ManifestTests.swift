import Parameters
import Tensors
import Testing

@Suite struct `A manifest` {
  /// Tensors of random shapes.
  static func random(_ seed: UInt64) -> [Manifest.Entry] {
    var generator = SeededGenerator(seed: seed)
    return (0..<Int.random(in: 1...12, using: &generator)).map { index in
      let shape = (0..<Int.random(in: 0...3, using: &generator)).map { _ in Int.random(in: 1...40, using: &generator) }
      return Manifest.Entry(name: "t\(index)", shape: shape, kind: index % 3 == 2 ? .statistic : .weight)
    }
  }

  @Test(arguments: 0..<60) func `cuts each tensor into whole rows, about as many as a chunk should have`(seed: UInt64) {
    let entries = Self.random(seed)
    let limit = [1, 7, 64, 1000, 1 << 18][Int(seed % 5)]
    let manifest = Manifest(entries, chunkValues: limit)
    var next = 0
    for (tensor, entry) in entries.enumerated() {
      let range = manifest.chunks(ofTensor: tensor)
      #expect(range.lowerBound == next)
      next = range.upperBound
      var row = 0
      for chunk in manifest.chunks[range] {
        #expect(chunk.tensor == tensor)
        #expect(chunk.rows.lowerBound == row && !chunk.rows.isEmpty)
        #expect(chunk.rowLength == entry.rowLength && chunk.count == chunk.rows.count * chunk.rowLength)
        #expect(chunk.count <= limit || chunk.count < limit + chunk.rowLength)
        row = chunk.rows.upperBound
      }
      #expect(row == entry.rows)
      #expect(range.count <= max(1, (entry.count + limit - 1) / limit), "no more chunks than are needed")
    }
    #expect(next == manifest.chunks.count)
    #expect(manifest.count == manifest.chunks.reduce(0) { $0 + $1.count })
  }

  @Test func `has no chunks of a tensor without values`() {
    let manifest = Manifest([
      .init(name: "a", shape: [0, 3], kind: .weight), .init(name: "b", shape: [], kind: .weight),
    ])
    #expect(manifest.chunks.map(\.tensor) == [1])
    #expect(manifest.chunks.map(\.count) == [1])
    #expect(manifest.chunks(ofTensor: 0).isEmpty)
  }

  @Test func `has another digest with another name, shape, kind or order`() {
    let (a, b) = (
      Manifest.Entry(name: "a", shape: [2, 3], kind: .weight), Manifest.Entry(name: "b", shape: [4], kind: .statistic)
    )
    let lists: [[Manifest.Entry]] = [
      [a, b], [b, a], [a], [], [a, b, b], [.init(name: "c", shape: [2, 3], kind: .weight), b],
      [.init(name: "a", shape: [3, 2], kind: .weight), b], [.init(name: "a", shape: [6], kind: .weight), b],
      [.init(name: "a", shape: [2, 3], kind: .statistic), b],
    ]
    #expect(Set(lists.map { Manifest($0).digest }).count == lists.count)
    #expect(Manifest([a, b]).digest == Manifest([a, b], chunkValues: 2).digest)
    // It must never change: a worker of another build is known by it.
    #expect(Manifest([.init(name: "a", shape: [2], kind: .weight)]).digest == Self.fnv1a("a[2]0;"))
  }

  /// Fowler, Noll and Vo's hash, by its definition.
  private static func fnv1a(_ text: String) -> UInt64 {
    var hash: UInt64 = 14_695_981_039_346_656_037
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 1_099_511_628_211 }
    return hash
  }
}
