/// What was measured of one pass of a convolution, as one case.
struct MeasuredPass: Codable {
  let name: String
  let model: String
  let layer: String
  /// How many such layers the network has.
  let times: Int
  /// What it was computed by: `product`, or Winograd's `F(outputs, kernel)`.
  let method: String
  let pass: ConvolutionPass
  let batch: Int
  let threads: Int
  let seconds: Double
  /// 10⁹ operations a second, of which the definition has two for each multiply: a faster algorithm has fewer.
  let gigaflopsPerSecond: Double
  let examplesPerSecond: Double
  /// Root mean square, against the definition in Double.
  let relativeError: Double
  /// Of the process, which computes all passes of this layer.
  let peakBytes: Int

  private enum CodingKeys: String, CodingKey {
    case name = "case"
    case model, layer, times, method, pass, batch, threads, seconds
    case gigaflopsPerSecond = "gigaflops_per_second"
    case examplesPerSecond = "examples_per_second"
    case relativeError = "relative_error"
    case peakBytes = "peak_bytes"
  }
}
