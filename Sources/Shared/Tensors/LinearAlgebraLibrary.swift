internal import COpenBLAS
internal import Foundation
internal import Kernels

/// The OpenBLAS that this process has loaded.
public enum LinearAlgebraLibrary {
  /// What it says of its version and how it was built (`openblas_get_config`).
  public static var configuration: String { unsafe String(cString: openblas_get_config()) }

  /// For which processor it has chosen its kernels (`openblas_get_corename`).
  public static var kernel: String { unsafe String(cString: openblas_get_corename()) }

  /// Has this process begin anew, in its place and with its number, where OpenBLAS does not know the processor, as 0.3.21
  /// does not know Intel's newer than Sapphire Rapids: it takes kernels of 2004 then, a fifth as fast. Does nothing where
  /// `OPENBLAS_CORETYPE` says which to take. A program calls it first of all.
  public static func demandFittingKernel() {
    let variable = "OPENBLAS_CORETYPE"
    guard ProcessInfo.processInfo.environment[variable] == nil,
      let kernel = fittingKernel(insteadOf: kernel, vectorBits: vectorBits)
    else { return }
    _ = unsafe setenv(variable, kernel, 1)  // OpenBLAS reads it once, when it is loaded
    _ = unsafe execv("/proc/self/exe", CommandLine.unsafeArgv)
    _ = unsafe unsetenv(variable)  // it could not be begun anew: it is as correct with the kernels that there are
  }

  /// The kernels that this processor can run, by OpenBLAS's name; `nil` where those that were chosen are good.
  public static var fittingKernel: String? { fittingKernel(insteadOf: kernel, vectorBits: vectorBits) }

  static func fittingKernel(insteadOf chosen: String, vectorBits: Int) -> String? {
    let old = ["prescott", "core2", "generic", "katmai", "coppermine", "northwood", "banias", "nehalem", "sandybridge"]
    guard old.contains(chosen.lowercased()) else { return nil }
    return [512: "SkylakeX", 256: "Haswell"][vectorBits]
  }

  private static var vectorBits: Int { Int(antiphon_vector_bits()) }
}
