import KernelVariants
import Testing

@Suite struct `The kernels` {
  /// What all kernels compute of the same values, compiled for one instruction set.
  private static func results(_ variant: antiphon_variant) -> [Float] {
    let capacity = 1 << 20
    return [Float](unsafeUninitializedCapacity: capacity) { buffer, count in
      count = antiphon_exercise(variant, buffer.baseAddress!, capacity)
    }
  }

  /// Each against the plain one; sums are in another order, and a product and a sum may be rounded once or twice.
  @Test(
    arguments: [VARIANT_AVX2, VARIANT_AVX512].filter { antiphon_variant_is_supported($0) != 0 }.map(\.rawValue))
  func `compute the same by each instruction set that the processor has`(variant: UInt32) {
    let plain = Self.results(VARIANT_PLAIN)
    let found = Self.results(antiphon_variant(rawValue: variant))
    #expect(plain.count > 100_000 && plain.count < 1 << 20)
    #expect(found.count == plain.count)
    let differing = zip(plain, found).count { !(abs($0 - $1) <= 1e-4 * max(1, abs($0))) }
    #expect(differing == 0)
    // Else nothing would have been compiled otherwise.
    #expect(found != plain)
  }
}
