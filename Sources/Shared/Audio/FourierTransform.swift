internal import CFFTW
import Foundation

/// The Fourier transforms of many frames of real numbers at once (`fftw_plan_guru_split_dft_r2c`), with real and
/// imaginary parts apart.
///
/// In double precision: beside a loud tone, the rounding of single precision alone is 4e-5 in the logarithm of the quiet
/// bands, on average, where VGGish's values are to be met to 1e-5.
///
/// Planned with `FFTW_ESTIMATE`: a plan that was chosen by the clock (`FFTW_MEASURE`) may round otherwise in the next
/// process, and a dataset is to have the same bytes whenever it is made.
///
/// `@unchecked Sendable`: it is its memory's one owner, and a plan may be run on any thread.
@safe struct FourierTransform: ~Copyable, @unchecked Sendable {
  /// Frames, and values of a frame: the input is `[frames, length]`.
  let frames: Int, length: Int
  /// Values of a row of the output, of which length / 2 + 1 are meant and the others are 0: a multiple of four.
  let stride: Int

  private let plan: fftw_plan
  private let samples: UnsafeMutablePointer<Double>
  private let output: UnsafeMutablePointer<Double>  // [frames, stride] real parts, then as many imaginary parts

  init(frames: Int, length: Int) {
    let stride = (length / 2 + 1 + 3) / 4 * 4
    let samples = unsafe allocateZeros(frames * length)
    let output = unsafe allocateZeros(2 * frames * stride)
    var one = fftw_iodim(n: Int32(length), is: 1, os: 1)
    var many = fftw_iodim(n: Int32(frames), is: Int32(length), os: Int32(stride))
    let made = unsafe planner.withLock {
      unsafe fftw_plan_guru_split_dft_r2c(
        1, &one, 1, &many, samples, output, output + frames * stride, UInt32(FFTW_ESTIMATE))
    }
    guard let made = unsafe made else { fatalError("FFTW has no plan for \(frames) transforms of \(length) values") }
    unsafe plan = made
    unsafe self.samples = unsafe samples
    unsafe self.output = unsafe output
    self.frames = frames
    self.length = length
    self.stride = stride
  }

  deinit {
    planner.withLock { unsafe fftw_destroy_plan(plan) }
    unsafe fftw_free(samples)
    unsafe fftw_free(output)
  }

  /// The input, `[frames, length]`, zero at first; it keeps its values when it is transformed.
  var input: MutableSpan<Double> {
    @_lifetime(&self)
    mutating get {
      unsafe _overrideLifetime(MutableSpan(_unsafeStart: samples, count: frames * length), mutating: &self)
    }
  }

  /// Transforms every frame.
  mutating func run() {
    unsafe fftw_execute(plan)
  }

  /// The magnitudes of one frame, in groups of four bins.
  func magnitudes(ofFrame frame: Int, into result: inout [SIMD4<Float>]) {
    precondition(0..<frames ~= frame && result.count * 4 == stride)
    let groups = stride / 4
    let real = unsafe UnsafeRawPointer(output + frame * stride).assumingMemoryBound(to: SIMD4<Double>.self)
    let imaginary = unsafe UnsafeRawPointer(output + (frames + frame) * stride)
      .assumingMemoryBound(to: SIMD4<Double>.self)
    for group in 0..<groups {
      let x = unsafe real[group]
      let y = unsafe imaginary[group]
      result[group] = SIMD4<Float>((x * x + y * y).squareRoot())
    }
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
