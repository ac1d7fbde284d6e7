import Glibc

/// A random number generator that gives the same numbers for the same seed on every machine (SplitMix64: Steele, Lea
/// and Flood 2014).
public struct SeededGenerator: RandomNumberGenerator, Sendable {
  /// What all further numbers follow from; a generator with this seed gives the same.
  public private(set) var state: UInt64

  public init(seed: UInt64) {
    state = seed
  }

  /// A generator of its own for each thing that has a name or a number: `SeededGenerator(seed: 7, stream: "epoch 3")`.
  public init(seed: UInt64, stream: String) {
    state = stream.utf8.reduce(seed ^ 0xcbf2_9ce4_8422_2325) { ($0 ^ UInt64($1)) &* 0x0100_0000_01b3 }
    state = next()
  }

  public mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// A number in 0..<1, uniformly, of 24 random bits.
  public mutating func uniform() -> Float { Float(next() >> 40) * 0x1p-24 }

  /// Numbers of a normal distribution around 0 (Box and Muller 1958).
  public mutating func normal(_ count: Int, deviation: Float) -> [Float] {
    (0..<count).map { _ in
      let radius = (-2 * logf(1 - uniform())).squareRoot()
      return deviation * radius * cosf(2 * .pi * uniform())
    }
  }
}
