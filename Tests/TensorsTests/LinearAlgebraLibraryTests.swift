import Testing

@testable import Tensors

/// OpenBLAS falls back to kernels of 2004 where a processor is newer than it.
@Suite struct `Kernels of OpenBLAS` {
  @Test(arguments: [("Prescott", 512, "SkylakeX"), ("Prescott", 256, "Haswell"), ("Sandybridge", 256, "Haswell")])
  func `are others where the chosen ones are older than the processor`(chosen: String, bits: Int, fitting: String) {
    #expect(LinearAlgebraLibrary.fittingKernel(insteadOf: chosen, vectorBits: bits) == fitting)
  }

  @Test(arguments: [("SkylakeX", 512), ("Zen", 512), ("Haswell", 256), ("Prescott", 128), ("neoversen1", 128)])
  func `stay where they fit`(chosen: String, bits: Int) {
    #expect(LinearAlgebraLibrary.fittingKernel(insteadOf: chosen, vectorBits: bits) == nil)
  }
}
