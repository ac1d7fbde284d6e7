/// Sorts integers by their digits, from the last to the first: the time grows as their number, whatever their order.
///
/// Three digits of 11 bits are the fewest whose counts stay in the first-level cache. To look each score up among the
/// sorted positives takes about as long where these are few, and four times as long where they are half of the clips.
struct RadixSort {
  private static let digitBits: UInt32 = 11
  private static let lastDigit: UInt32 = 2047

  /// Memory that is kept for the next call.
  private var spare: [UInt32] = []

  /// Sorts the keys, the smallest first.
  mutating func sort(_ keys: inout [UInt32]) {
    if spare.count != keys.count { spare = Array(repeating: 0, count: keys.count) }
    let counts = Self.counts(keys.span)
    Self.move(keys.span, to: &spare, byDigit: 0, counts[0])
    Self.move(spare.span, to: &keys, byDigit: 1, counts[1])
    Self.move(keys.span, to: &spare, byDigit: 2, counts[2])
    swap(&keys, &spare)
  }

  /// How many keys have each value of each digit: the order of the keys does not matter, so all are counted at once.
  private static func counts(_ keys: Span<UInt32>) -> [3 of [2048 of Int]] {
    var counts: [3 of [2048 of Int]] = InlineArray(repeating: InlineArray(repeating: 0))
    for index in keys.indices {
      for digit in 0..<3 { counts[digit][Self.digit(digit, of: keys[index])] &+= 1 }
    }
    return counts
  }

  /// Moves keys to where those with the same digit stand together, in the order that they had.
  private static func move(
    _ keys: Span<UInt32>, to sorted: inout [UInt32], byDigit digit: Int, _ counts: [2048 of Int]
  ) {
    var places = counts
    var sum = 0
    for value in places.indices {
      let count = places[value]
      places[value] = sum
      sum += count
    }
    var sorted = sorted.mutableSpan
    for index in keys.indices {
      let value = Self.digit(digit, of: keys[index])
      sorted[places[value]] = keys[index]
      places[value] &+= 1
    }
  }

  private static func digit(_ digit: Int, of key: UInt32) -> Int {
    Int((key &>> (UInt32(truncatingIfNeeded: digit) &* digitBits)) & lastDigit)
  }
}
