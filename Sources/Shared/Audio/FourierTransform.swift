internal import CFFTW
import Foundation
internal import Kernels

/// The spectra of four frames of real numbers at once, by two Fourier transforms of FFTW (`fftw_plan_guru_split_dft`).
///
/// Two frames a and b are transformed as the one complex sequence a + ib, of which `antiphon_magnitudes` takes them apart
/// again. Real and imaginary parts lie in rows of their own, so that frames are cut into place and nothing is packed; and
/// of all that FFTW has this is the quickest: 0.6 of the time of its transform of real numbers (`r2c`), and a quarter of
/// that of frames that are interleaved. `Benchmarks/README.md` has the figures.
///
/// In double precision: beside a loud tone, the rounding of single precision alone is 4e-5 in the logarithm of the quiet
/// bands, on average, where VGGish's values are to be met to 1e-5.
///
/// Planned with `FFTW_ESTIMATE`, in 0.2 ms: a plan that was chosen by the clock (`FFTW_MEASURE`) takes 75 ms to make, is 5%
/// faster at most, and may round otherwise in the next process, where a dataset is to have the same bytes whenever it is
/// made.
///
/// `@unchecked Sendable`: it is its memory's one owner, and a plan may be run on any thread.
@safe struct FourierTransform: ~Copyable, @unchecked Sendable {
  /// How many frames are transformed at once.
  static let frames = Int(ANTIPHON_FRAMES)
  /// Values of a frame.
  let length: Int

  private let plan: fftw_plan
  private let values: UnsafeMutablePointer<Double>  // [frames, length], zero behind what was cut
  private let spectra: UnsafeMutablePointer<Double>  // [frames / 2, 2, length]: real parts, imaginary parts

  init(length: Int) {
    let values = unsafe allocateZeros(Self.frames * length)
    let spectra = unsafe allocateZeros(Self.frames * length)
    var one = fftw_iodim(n: Int32(length), is: 1, os: 1)
    var pairs = fftw_iodim(n: Int32(Self.frames / 2), is: Int32(2 * length), os: Int32(2 * length))
    let made = unsafe planner.withLock {
      unsafe fftw_plan_guru_split_dft(
        1, &one, 1, &pairs, values, values + length, spectra, spectra + length, UInt32(FFTW_ESTIMATE))
    }
    guard let made = unsafe made else { fatalError("FFTW has no plan for a transform of \(length) values") }
    unsafe plan = made
    unsafe self.values = unsafe values
    unsafe self.spectra = unsafe spectra
    self.length = length
  }

  deinit {
    planner.withLock { unsafe fftw_destroy_plan(plan) }
    unsafe fftw_free(values)
    unsafe fftw_free(spectra)
  }

  /// Computes the magnitudes of four frames.
  ///
  /// - Parameters:
  ///   - samples: 3 `hop` + `halfWindow.count` of them.
  ///   - hop: Samples from one frame to the next.
  ///   - halfWindow: Half of what the samples of a frame are multiplied by: `length` values or fewer, behind which a frame
  ///     is zero, and always as many.
  ///   - magnitudes: Where `[length / 2 + 1, 4]` goes, bin by bin.
  mutating func computeMagnitudes(
    of samples: Span<Float>, every hop: Int, halfWindow: [Double], into magnitudes: inout [Float]
  ) {
    precondition(samples.count == (Self.frames - 1) * hop + halfWindow.count && halfWindow.count <= length)
    precondition(magnitudes.count == (length / 2 + 1) * Self.frames)
    unsafe samples.withUnsafeBufferPointer { samples in
      unsafe antiphon_cut_frames(values, length, samples.baseAddress, hop, halfWindow, halfWindow.count)
    }
    unsafe fftw_execute(plan)
    unsafe antiphon_magnitudes(&magnitudes, spectra, length)
  }
}

/// FFTW may make and destroy only one plan at a time in a process.
private let planner = NSLock()

/// Memory aligned for SIMD (`fftw_malloc`), to be freed with `fftw_free`.
private func allocateZeros(_ count: Int) -> UnsafeMutablePointer<Double> {
  guard let memory = unsafe fftw_alloc_real(count) else { fatalError("out of memory: \(8 * count) bytes for FFTW") }
  unsafe memory.update(repeating: 0, count: count)
  return unsafe memory
}
