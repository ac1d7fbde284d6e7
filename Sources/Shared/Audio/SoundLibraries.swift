internal import CFFTW
internal import CSndFile
internal import CSoxr

/// The libraries for sound that this process has loaded, as they name themselves: `fftw-3.3.10-sse2-avx`.
public enum SoundLibraries {
  public static var fourierTransform: String { unsafe String(cString: antiphon_fftw_version()) }
  public static var soundFiles: String { unsafe String(cString: sf_version_string()) }
  public static var resampling: String { unsafe String(cString: soxr_version()) }
}
