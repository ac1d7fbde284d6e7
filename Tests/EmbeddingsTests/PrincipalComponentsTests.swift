import Embeddings
import Tensors
import Testing

@Suite struct `Principal components` {
  /// Vectors of six values that hang together, the last of which is always 3.
  private func vectors(_ count: Int) -> Tensor {
    var generator = SeededGenerator(seed: 4)
    let mixing = generator.normal(36, deviation: 1)
    var values: [Float] = []
    for _ in 0..<count {
      let hidden = generator.normal(6, deviation: 1)
      let mixed = (0..<5).map { row in (0..<6).reduce(Float(100)) { $0 + mixing[6 * row + $1] * hidden[$1] } }
      values += mixed + [3]
    }
    return Tensor([count, 6], values: values)
  }

  private func postprocessor(_ vectors: Tensor, parts: Int) throws -> Postprocessor {
    var components = PrincipalComponents(size: 6)
    let count = vectors.shape[0]
    for part in 0..<parts {
      let rows = part * count / parts..<(part + 1) * count / parts
      let values = Tensor(copying: vectors.values.extracting(6 * rows.lowerBound..<6 * rows.upperBound))
      components.add(values.reshaped([rows.count, 6]))
    }
    #expect(components.count == count)
    return try components.postprocessor()
  }

  @Test func `have the mean 0 and the variance 1, and none goes with another`() throws {
    let vectors = vectors(500)
    let postprocessor = try postprocessor(vectors, parts: 1)
    let rows = (0..<500).map { postprocessor.components(of: vectors.values.extracting(6 * $0..<6 * $0 + 6)) }
    for one in 0..<6 {
      #expect(abs(rows.reduce(0) { $0 + $1[one] } / 500) < 1e-4)
      for other in 0...one {
        let product = rows.reduce(0) { $0 + $1[one] * $1[other] } / 500
        #expect(abs(product - (one == other && one < 5 ? 1 : 0)) < 1e-3, "\(one) \(other)")
      }
    }
    #expect(rows.allSatisfy { $0.count == 128 && $0[5...].allSatisfy { $0 == 0 } }, "five directions and no more")
  }

  @Test(arguments: [2, 7, 500]) func `are the same however the vectors are divided`(parts: Int) throws {
    let vectors = vectors(500)
    let (whole, divided) = (try postprocessor(vectors, parts: 1), try postprocessor(vectors, parts: parts))
    for row in 0..<500 {
      let vector = vectors.values.extracting(6 * row..<6 * row + 6)
      for (one, other) in zip(whole.components(of: vector), divided.components(of: vector)) {
        #expect(abs(one - other) < 2e-3)
      }
    }
  }

  @Test func `are not found in what does not differ`() {
    #expect(message { _ = try PrincipalComponents(size: 6).postprocessor() }.contains("there are 0"))
    var same = PrincipalComponents(size: 2)
    same.add(Tensor([3, 2], values: [1, 2, 1, 2, 1, 2]))
    #expect(message { _ = try same.postprocessor() } == "expected vectors that differ, all are the same")
  }
}
