import Datasets
import Glibc
import Testing

@Suite struct `A quantized value` {
  private let quantization = Quantization()

  private func bytes(_ values: [Float]) -> [UInt8] {
    var bytes: [UInt8] = []
    quantization.append(values.span, to: &bytes)
    return bytes
  }

  @Test func `is half a step off at most`() {
    let values = (0...100_000).map {
      quantization.minimum + (quantization.maximum - quantization.minimum) * Float($0) / 100_000
    }
    let table = quantization.values
    for (value, byte) in zip(values, bytes(values)) {
      #expect(abs(table[Int(byte)] - value) <= quantization.step / 2 + 1e-6)
    }
  }

  @Test func `is exact for each of the 256 values`() {
    #expect(bytes(quantization.values) == Array(0...255))
    #expect(quantization.values.first == Float(log(0.01)))
    #expect(abs(quantization.values[255] - 5.6) < 1e-6)
  }

  @Test func `is read as what it stands for, to the last bit`() {
    let bytes = (0..<10).flatMap { _ in (0...255).map { UInt8($0) }.shuffled() }
    let clip = Clip(identifier: "", start: 0, end: 1, labels: [], patches: bytes, patchSize: 8)
    let values = clip.input(smallDescription(classes: 1)).values
    #expect(values.count == 2560 && bytes.indices.allSatisfy { values[$0] == quantization.values[Int(bytes[$0])] })
  }

  @Test func `is held at the edge outside`() {
    #expect(bytes([-5, -.infinity, 5.7, 1e30, .infinity]) == [0, 0, 255, 255, 255])
  }
}
