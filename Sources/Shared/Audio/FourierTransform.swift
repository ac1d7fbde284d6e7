internal import CFFTW
import Foundation

/// The Fourier transforms of many frames of real numbers at once (`fftwf_plan_guru_split_dft_r2c`), with real and
/// imaginary parts apart.
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

  private let plan: fftwf_plan
  private let samples: UnsafeMutablePointer<Float>
  private let output: UnsafeMutablePointer<Float>  // [frames, stride] real parts, then as many imaginary parts

  init(frames: Int, length: Int) {
    let stride = (length / 2 + 1 + 3) / 4 * 4
    let samples = unsafe allocateZeros(frames * length)
    let output = unsafe allocateZeros(2 * frames * stride)
    var one = fftwf_iodim(n: Int32(length), is: 1, os: 1)
    var many = fftwf_iodim(n: Int32(frames), is: Int32(length), os: Int32(stride))
    let made = unsafe planner.withLock {
      unsafe fftwf_plan_guru_split_dft_r2c(
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
    planner.withLock { unsafe fftwf_destroy_plan(plan) }
    unsafe fftwf_free(samples)
    unsafe fftwf_free(output)
  }

  /// The input, `[frames, length]`, zero at first; it keeps its values when it is transformed.
  var input: MutableSpan<Float> {
    @_lifetime(&self)
    mutating get {
      unsafe _overrideLifetime(MutableSpan(_unsafeStart: samples, count: frames * length), mutating: &self)
    }
  }

  /// Transforms every frame.
  mutating func run() {
    unsafe fftwf_execute(plan)
  }

  /// The magnitudes of one frame, in groups of four bins.
  func magnitudes(ofFrame frame: Int, into result: inout [SIMD4<Float>]) {
    precondition(0..<frames ~= frame && result.count * 4 == stride)
    let groups = stride / 4
    let real = unsafe UnsafeRawPointer(output + frame * stride).assumingMemoryBound(to: SIMD4<Float>.self)
    let imaginary = unsafe UnsafeRawPointer(output + (frames + frame) * stride)
      .assumingMemoryBound(to: SIMD4<Float>.self)
    for group in 0..<groups {
      let x = unsafe real[group]
      let y = unsafe imaginary[group]
      result[group] = (x * x + y * y).squareRoot()
    }
  }
}

/// FFTW may make and destroy only one plan at a time in a process.
private let planner = NSLock()

/// Memory aligned for SIMD (`fftwf_malloc`), to be freed with `fftwf_free`.
private func allocateZeros(_ count: Int) -> UnsafeMutablePointer<Float> {
  guard let memory = unsafe fftwf_alloc_real(count) else { fatalError("out of memory: \(4 * count) bytes for FFTW") }
  unsafe memory.update(repeating: 0, count: count)
  return unsafe memory
}
