import Checkpoints
import Datasets
import Embeddings
import Foundation
import Tensors
import Testing

@Suite struct `The postprocessor` {
  /// What NumPy computed (`Fixtures/make_postprocessor.py`).
  private struct Expected: Decodable {
    let means: [Double]
    let embeddings: [[Float]]
    let bytes: [[UInt8]]
  }

  private let expected: Expected

  init() throws {
    let data = try Data(contentsOf: URL(filePath: fixture("postprocessor.json")))
    expected = try JSONDecoder().decode(Expected.self, from: data)
  }

  private func bytes(_ postprocessor: Postprocessor) -> [[UInt8]] {
    expected.embeddings.map { embedding in
      var bytes: [UInt8] = []
      postprocessor.append(embedding.span, to: &bytes)
      return bytes
    }
  }

  @Test func `makes NumPy's bytes with VGGish's components`() throws {
    let found = bytes(try Postprocessor(reading: fixture("postprocessor.npz")))
    #expect(found == expected.bytes)
    #expect(found[0].filter { $0 == 127 }.count > 120, "the mean is cut off to 127, not rounded to 128")
    #expect(Set(found.joined()).isSuperset(of: [0, 255]), "what lies beyond -2...2 is held at the edge")
  }

  @Test func `reads arrays of 32 bits that are not compressed`() throws {
    let found = bytes(try Postprocessor(reading: fixture("postprocessor-float32.npz")))
    for (ours, theirs) in zip(found.joined(), expected.bytes.joined()) { #expect(abs(Int(ours) - Int(theirs)) <= 1) }
  }

  @Test func `is the same when it is read back from safetensors`() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/pca.safetensors"
      let original = try Postprocessor(reading: fixture("postprocessor-float32.npz"))
      try original.write(to: path, metadata: ["network": "fc"])
      #expect(try Postprocessor(reading: path).checksum == original.checksum)
      #expect(try SafetensorsFile(path).metadata["network"] == "fc")
      #expect(try SafetensorsFile(path).shapes == ["pca_eigen_vectors": [128, 6], "pca_means": [6]])
      #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == ["pca.safetensors"])
    }
  }

  @Test func `is refused or read as it is from an archive with a changed byte`() throws {
    let whole = [UInt8](try Data(contentsOf: URL(filePath: fixture("postprocessor.npz"))))
    let original = try Postprocessor(reading: fixture("postprocessor.npz")).checksum
    try withTemporaryFolder { folder in
      for index in stride(from: 0, to: whole.count, by: 7) {
        var changed = whole
        changed[index] ^= 0x41
        try Data(changed).write(to: URL(filePath: "\(folder)/changed.npz"))
        if let read = try? Postprocessor(reading: "\(folder)/changed.npz") { #expect(read.checksum == original) }
        try Data(whole[..<index]).write(to: URL(filePath: "\(folder)/cut.npz"))
        #expect(throws: (any Error).self) { try Postprocessor(reading: "\(folder)/cut.npz") }
      }
    }
  }

  @Test func `says what is wrong with a file in one line`() throws {
    #expect(
      message { _ = try Postprocessor(reading: "/nowhere/pca.npz") }
        == "cannot read /nowhere/pca.npz: No such file")
    let error = message { _ = try Postprocessor(reading: fixture("vggish-w1.safetensors")) }
    #expect(error.contains("expected a tensor 'pca_eigen_vectors', there is none") && !error.contains("\n"))
  }

  @Test func `is undone by YouTube-8M's dequantisation, to within half a step`() {
    let values = Quantization.youTube8M.values
    for byte in 0...255 {
      #expect(abs(Double(values[byte]) - (Double(byte) * (4 / 255) + (4 / 512 - 2))) < 1e-6)
      #expect(Int((min(2, max(-2, Double(values[byte]))) + 2) * (255 / 4)) == byte, "there and back")
    }
    for value in stride(from: -2.0, through: 2.0, by: 0.001) {
      #expect(abs(Double(values[Int((value + 2) * (255 / 4))]) - value) <= 4 / 255 * 0.51)
    }
  }

  @Test func `is read by Kong as numbers from -1 to 1`() {
    for byte in 0...255 { #expect(Quantization.kong.values[byte] == (Float(byte) - 128) / 128) }
  }
}
