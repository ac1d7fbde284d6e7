extension Checksum {
  /// Goes on with bytes of which only the checksum and the number are known.
  ///
  /// A CRC is the rest of a division of polynomials over two values: bytes that follow multiply what was before by x to
  /// the power of their bits.
  public mutating func add(_ next: Checksum, ofBytes count: Int) {
    var shifted = value
    var power: UInt32 = 0x0080_0000  // x to the power of 8: bits stand in the reverse order
    var count = count
    while count > 0 {
      if count & 1 == 1 { shifted = Self.product(power, shifted) }
      power = Self.product(power, power)
      count >>= 1
    }
    self = Checksum(value: shifted ^ next.value)
  }

  /// The product of two polynomials, less all multiples of Castagnoli's.
  private static func product(_ one: UInt32, _ other: UInt32) -> UInt32 {
    var (sum, other) = (UInt32(0), other)
    for bit in stride(from: 31, through: 0, by: -1) {
      if one >> UInt32(bit) & 1 == 1 { sum ^= other }
      other = other & 1 == 1 ? other >> 1 ^ 0x82f6_3b78 : other >> 1
    }
    return sum
  }
}
