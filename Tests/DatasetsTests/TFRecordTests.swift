import Datasets
import Tensors
import Testing

@Suite struct `A TFRecord file` {
  private let records: [[UInt8]] = [Array("a first record".utf8), [], Array(repeating: 7, count: 70)]

  private func makeFile(_ path: String) throws {
    let writer = try TFRecordWriter(path: path)
    for record in records { try writer.append(record) }
    try writer.finish()
  }

  private func readAll(_ path: String) throws -> [[UInt8]] {
    var reader = try TFRecordReader(path: path)
    var result: [[UInt8]] = []
    while let record = try reader.next() { result.append(record) }
    return result
  }

  @Test func `gives back what was written`() throws {
    try withTemporaryFolder { folder in
      try makeFile("\(folder)/records")
      #expect(try readAll("\(folder)/records") == records)
    }
  }

  @Test func `has no byte that may be flipped`() throws {
    try withTemporaryFolder { folder in
      try makeFile("\(folder)/records")
      let bytes = try read("\(folder)/records")
      for index in bytes.indices {
        for bit in 0..<8 {
          var damaged = bytes
          damaged[index] ^= 1 << UInt8(bit)
          try write(damaged, to: "\(folder)/damaged")
          #expect(throws: DatasetError.self) { try readAll("\(folder)/damaged") }
        }
      }
    }
  }

  @Test func `may be cut between records only`() throws {
    try withTemporaryFolder { folder in
      try makeFile("\(folder)/records")
      let bytes = try read("\(folder)/records")
      var ends = [0]
      for record in records { ends.append(ends.last! + 16 + record.count) }
      for length in 0..<bytes.count {
        try write(Array(bytes[..<length]), to: "\(folder)/cut")
        if let whole = ends.firstIndex(of: length) {
          #expect(try readAll("\(folder)/cut") == Array(records[..<whole]))
        } else {
          #expect(throws: DatasetError.self) { try readAll("\(folder)/cut") }
        }
      }
    }
  }

  @Test(arguments: [100, 1 << 40, Int.max])
  func `is not believed when it promises more than it has`(length: Int) throws {
    try withTemporaryFolder { folder in
      let header = (0..<8).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) }
      var checksum = Checksum()
      checksum.add(header.span.bytes)
      let value = (checksum.value >> 15 | checksum.value << 17) &+ 0xa282_ead8
      let masked = (0..<4).map { UInt8(truncatingIfNeeded: value >> (8 * UInt32($0))) }
      let good = try {
        try makeFile("\(folder)/good")
        return try read("\(folder)/good")
      }()
      try write(good + header + masked + Array(repeating: 0, count: 20), to: "\(folder)/absurd")
      let error = message { _ = try readAll("\(folder)/absurd") }
      #expect(
        error == "\(folder)/absurd is damaged at byte \(good.count): "
          + "a record of \(length) bytes begins here, the file has 20 left")
    }
  }

  @Test func `that is missing is named with the system's reason`() {
    let error = message { _ = try TFRecordReader(path: "/nowhere/at all") }
    #expect(error.hasPrefix("cannot read /nowhere/at all: "))
    #expect(error.contains("o such file"))
    #expect(!error.contains("\n"))
  }
}
