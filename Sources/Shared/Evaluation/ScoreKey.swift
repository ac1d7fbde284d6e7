/// A score as an integer that sorts the best first: higher scores have smaller keys, equal scores have equal keys.
///
/// Unlike floating point, integers are compared alike everywhere: the threads of a pool take denormal numbers as zero.
enum ScoreKey {
  /// - Parameter score: Not NaN.
  static func key(of score: Float) -> UInt32 {
    let bits = Int32(bitPattern: score.bitPattern)
    // The bits of negative numbers ascend as these fall; -0, which equals 0, has the least bits of all.
    let ascending = bits < 0 ? .min &- bits : bits
    return UInt32(bitPattern: ascending ^ .max)
  }

  /// The score of a key; 0 for that of -0.
  static func score(of key: UInt32) -> Float {
    let ascending = Int32(bitPattern: key) ^ .max
    return Float(bitPattern: UInt32(bitPattern: ascending < 0 ? .min &- ascending : ascending))
  }
}
