/// The bytes of a WAV file of 32-bit floats, right or wrong.
func wave(channels: Int, rate: Int, samples: [Float], promised: Int? = nil) -> [UInt8] {
  let data = samples.flatMap { little($0.bitPattern) }
  let size = promised ?? data.count
  return Array("RIFF".utf8) + little(UInt32(clamping: 36 + size)) + Array("WAVEfmt ".utf8) + little(UInt32(16))
    + little(UInt16(3)) + little(UInt16(channels)) + little(UInt32(rate))
    + little(UInt32(truncatingIfNeeded: rate * channels * 4))
    + little(UInt16(truncatingIfNeeded: channels * 4)) + little(UInt16(32)) + Array("data".utf8)
    + little(UInt32(clamping: size)) + data
}

private func little(_ value: some FixedWidthInteger) -> [UInt8] {
  (0..<value.bitWidth / 8).map { UInt8(truncatingIfNeeded: value >> (8 * $0)) }
}
