import Tensors
import Testing

@Suite struct `The step of Adam` {
  @Test(arguments: [1, 15, 64, 1001, 100_003])
  func `is TensorFlow's formula`(count: Int) {
    var generator = SeededGenerator(seed: 1)
    func draw() -> [Float] { (0..<count).map { _ in generator.uniform() - 0.5 } }
    let start = draw()
    var w = Tensor([count], values: start)
    var m = Tensor([count])
    var v = Tensor([count])
    var expectedW = start.map(Double.init)
    var expectedM = [Double](repeating: 0, count: count)
    var expectedV = expectedM
    for step in 1...5 {
      let gradient = draw()
      Adam().update(
        &w, firstMoments: &m, secondMoments: &v, gradient: gradient.span, step: step, learningRate: 0.01)
      var power1 = 1.0
      var power2 = 1.0
      for _ in 0..<step { (power1, power2) = (power1 * 0.9, power2 * 0.999) }
      let rate = 0.01 * (1 - power2).squareRoot() / (1 - power1)
      for i in 0..<count {
        let g = Double(gradient[i])
        expectedM[i] = 0.9 * expectedM[i] + 0.1 * g
        expectedV[i] = 0.999 * expectedV[i] + 0.001 * g * g
        expectedW[i] -= rate * expectedM[i] / (expectedV[i].squareRoot() + 1e-8)
      }
    }
    let result = w.values
    for i in 0..<count { #expect(abs(Double(result[i]) - expectedW[i]) < 1e-5) }
  }

  @Test func `is the same to the last bit on any number of threads`() {
    let count = 100_003
    var generator = SeededGenerator(seed: 2)
    let start = Tensor([count], values: generator.normal(count, deviation: 1))
    let gradient = generator.normal(count, deviation: 0.1)
    func moved(threads: Int) -> [[Float]] {
      ThreadPool.$current.withValue(ThreadPool(threads: threads)) {
        var (w, m, v) = (start, Tensor([count]), Tensor([count]))
        for step in 1...2 {
          Adam().update(
            &w, firstMoments: &m, secondMoments: &v, gradient: gradient.span, step: step, learningRate: 0.01)
        }
        return [w.array, m.array, v.array]
      }
    }
    #expect(moved(threads: 1) == moved(threads: 3))
  }
}

@Suite struct `A checksum` {
  @Test func `is the CRC-32C of RFC 3720`() {
    #expect(Checksum(of: [UInt8](repeating: 0, count: 32).span.bytes).value == 0x8a91_36aa)
    #expect(Checksum(of: [UInt8](0..<32).span.bytes).value == 0x46dd_794e)
  }

  @Test func `may be taken in parts`() {
    let bytes = [UInt8](0..<255)
    for cut in [0, 1, 7, 100] {
      var checksum = Checksum(of: [UInt8](bytes[..<cut]).span.bytes)
      checksum.add([UInt8](bytes[cut...]).span.bytes)
      #expect(checksum == Checksum(of: bytes.span.bytes))
    }
  }
}
