internal import COpenBLAS

/// The OpenBLAS that this process has loaded.
public enum LinearAlgebraLibrary {
  /// What it says of its version and how it was built (`openblas_get_config`).
  public static var configuration: String { unsafe String(cString: openblas_get_config()) }

  /// For which processor it has chosen its kernels (`openblas_get_corename`).
  public static var kernel: String { unsafe String(cString: openblas_get_corename()) }
}
