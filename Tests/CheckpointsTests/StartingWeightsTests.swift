import Checkpoints
import Foundation
import Parameters
import Tensors
import Testing

extension Tensor {
  fileprivate var array: [Float] {
    let values = values
    return values.indices.map { values[$0] }
  }
}

@Suite struct `What a run begins with` {
  /// The bytes of a safetensors file.
  private func safetensors(_ header: String, _ data: [UInt8]) -> [UInt8] {
    (0..<8).map { UInt8(truncatingIfNeeded: header.utf8.count >> (8 * $0)) } + Array(header.utf8) + data
  }

  private func littleEndian(_ values: [Float]) -> [UInt8] {
    values.flatMap { value in (0..<4).map { UInt8(truncatingIfNeeded: value.bitPattern >> (8 * $0)) } }
  }

  /// The values of a tensor, from all of its chunks; `nil` where it begins anew.
  private func values(of name: String, in weights: StartingWeights) throws -> [Float]? {
    var weights = weights
    let tensor = try #require(model.entries.firstIndex { $0.name == name })
    var values: [Float] = []
    for chunk in model.chunks(ofTensor: tensor) {
      guard let state = try weights.state(of: model.chunks[chunk], in: model, slots: 2) else { return nil }
      values += state.values.array
      #expect(state.slots.count == (model.entries[tensor].kind == .weight ? 2 : 0) && state.version == 0)
      #expect(state.slots.allSatisfy { $0.array == [Float](repeating: 0, count: state.values.count) })
    }
    return values
  }

  @Test func `is every tensor of a checkpoint, whatever the number of its servers`() throws {
    try withTemporaryFolder { path in
      let folder = try CheckpointStore(folder: path).save(step: 7, servers: 5)
      let weights = try StartingWeights(folder)
      try weights.check()
      #expect(weights.missing(from: model).isEmpty)
      let saved = states(atStep: 7)
      for (tensor, entry) in model.entries.enumerated() {
        let expected = model.chunks(ofTensor: tensor).flatMap { saved[$0].values.array.map { $0.bitPattern } }
        #expect(try values(of: entry.name, in: weights)?.map { $0.bitPattern } == expected)
      }
    }
  }

  @Test func `are tensors of a file that have the same name and shape, of four bytes a value or two`() throws {
    try withTemporaryFolder { path in
      let header = #"""
        {"__metadata__":{"format":"pt"},"scale":{"dtype":"BF16","shape":[],"data_offsets":[0,2]},
        "norm1.mean":{"dtype":"F16","shape":[7],"data_offsets":[2,16]},
        "row":{"dtype":"F32","shape":[1,100],"data_offsets":[16,416]},
        "dense.weight":{"dtype":"F32","shape":[9,33],"data_offsets":[16,1204]},
        "größe/\"β\"":{"dtype":"I64","shape":[130,1],"data_offsets":[16,1056]}}
        """#
      let row = (0..<297).map { Float($0) / 8 - 3 }
      // 1.5 as bfloat16; -2 as float16.
      let data = [0xc0, 0x3f] + (0..<7).flatMap { _ in [0, 0xc0] as [UInt8] } + littleEndian(row)
      try write(safetensors(header, data), to: "\(path)/a.safetensors")
      let weights = try StartingWeights("\(path)/a.safetensors")
      #expect(weights.missing(from: model).map(\.name) == ["conv1.weight", "dense.weight", "größe/\"β\""])
      #expect(try values(of: "scale", in: weights) == [1.5])
      #expect(try values(of: "norm1.mean", in: weights) == [Float](repeating: -2, count: 7))
      #expect(try values(of: "row", in: weights) == Array(row.prefix(100)))
      #expect(try values(of: "dense.weight", in: weights) == nil)
    }
  }

  @Test(arguments: [
    #"{"row":{"dtype":"F32","shape":[1,100],"data_offsets":[0,404]}}"#,
    #"{"row":{"dtype":"F32","shape":[1,100],"data_offsets":[4,404]}}"#,
    #"{"row":{"dtype":"F32","shape":[1,100],"data_offsets":[-4,396]}}"#,
    #"{"row":{"dtype":"F32","shape":[1,100],"data_offsets":[0]}}"#,
    #"{"row":{"dtype":"F32","shape":[1,-100],"data_offsets":[0,-400]}}"#,
    #"{"row":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#,
    #"{"row":{"dtype":"F32","shape":[1,100],"data_offsets":[9223372036854775807,400]}}"#, #"{"row":7}"#, "[1]", "{", "",
  ])
  func `of a file whose header lies is an error in one line, not a crash`(header: String) throws {
    try withTemporaryFolder { path in
      let file = "\(path)/a.safetensors"
      try write(safetensors(header, [UInt8](repeating: 0, count: 400)), to: file)
      let error = #expect(throws: CheckpointError.self) { _ = try StartingWeights(file) }
      #expect(error?.description.contains(file) == true && error?.description.contains("\n") == false)
      for bytes in [[], [1, 2], [UInt8](repeating: 0xff, count: 100)] as [[UInt8]] {
        try write(bytes, to: file)
        #expect(throws: CheckpointError.self) { _ = try StartingWeights(file) }
      }
    }
  }

  @Test func `is refused where the checkpoint is damaged`() throws {
    try withTemporaryFolder { path in
      let folder = try CheckpointStore(folder: path).save(step: 7, servers: 1)
      let file = try #require(
        try FileManager.default.contentsOfDirectory(atPath: folder).first { $0.hasSuffix(".safetensors") })
      var bytes = try read("\(folder)/\(file)")
      bytes[bytes.count - 5] ^= 1
      try write(bytes, to: "\(folder)/\(file)")
      let weights = try StartingWeights(folder)
      #expect(throws: CheckpointError.self) { try weights.check() }
    }
  }
}
