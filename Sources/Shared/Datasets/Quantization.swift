/// How log-mel values are kept in 8 bits: 255 equal steps from `minimum` to `maximum`, the nearest one wins, and what
/// lies outside is held at the edge.
///
/// The defaults span everything from silence, ln 0.01, to the loudest that a recording in -1...1 reaches; a step is
/// 0.04 (0.35 dB). Training on such values costs no accuracy.
public struct Quantization: Codable, Equatable, Sendable, CustomStringConvertible {
  public var minimum: Float
  public var maximum: Float

  public init(minimum: Float = -4.605_170_2, maximum: Float = 5.6) {
    precondition(minimum < maximum, "a range from \(minimum) to \(maximum) is empty")
    self.minimum = minimum
    self.maximum = maximum
  }

  /// How YouTube-8M reads the bytes of embeddings (`utils.Dequantize`): `byte · 4/255 + 4/512 - 2`, the middle of what
  /// VGGish's postprocessor made the byte of.
  public static let youTube8M = Quantization(minimum: 4 / 512 - 2, maximum: 4 / 512 + 2)

  /// How Kong et al. and Caption4Sound read them: `(byte - 128) / 128`.
  public static let kong = Quantization(minimum: -1, maximum: 127 / 128)

  public var description: String { "\(minimum) to \(maximum)" }

  /// The difference between neighbouring values.
  public var step: Float { (maximum - minimum) / 255 }

  /// Appends the 8-bit values of some log-mel values.
  public func append(_ values: Span<Float>, to bytes: inout [UInt8]) {
    let scale = 255 / (maximum - minimum)
    for index in values.indices {
      let position = ((values[index] - minimum) * scale).rounded()
      bytes.append(UInt8(min(255, max(0, position))))
    }
  }

  /// The log-mel value of each of the 256 bytes.
  public var values: [Float] { (0...255).map { minimum + Float($0) * step } }

  /// Writes the log-mel values of some bytes: computed, since that is done several at a time, and a look-up is not.
  ///
  /// - Parameter first: Where in `values` the first one goes.
  func write(_ bytes: Span<UInt8>, into values: inout MutableSpan<Float>, from first: Int) {
    precondition(first >= 0 && first + bytes.count <= values.count, "\(bytes.count) values from \(first)")
    let (minimum, step) = (minimum, step)
    for index in bytes.indices { values[first &+ index] = minimum + Float(bytes[index]) * step }
  }
}
