public import Tensors

/// Writes one worker's gradients as they travel, and keeps what that leaves out: error feedback.
///
/// For each chunk, all that was sent and what is left make the sum of all gradients. With several workers, each has its
/// own; it goes with the worker.
public struct GradientWriter: Sendable {
  private let format: GradientFormat
  private let manifest: Manifest
  private var left: [Int: Tensor] = [:]

  public init(_ format: GradientFormat, manifest: Manifest) {
    self.format = format
    self.manifest = manifest
  }

  /// How a chunk's gradients travel.
  public func format(ofChunk chunk: Int) -> GradientFormat { format.format(of: manifest.kind(ofChunk: chunk)) }

  /// The part of a chunk's gradients that has not been sent; `nil` if nothing was ever left out.
  public func left(ofChunk chunk: Int) -> Tensor? { left[chunk] }

  /// Writes a chunk's next gradient, with what was left of earlier ones.
  ///
  /// - Parameters:
  ///   - chunk: One whose gradients do not travel as they are in memory.
  ///   - bytes: As many as its format takes for the chunk.
  public mutating func write(_ gradient: Span<Float>, ofChunk chunk: Int, into bytes: inout MutableRawSpan) {
    let format = format(ofChunk: chunk)
    if case .each(let format) = format {
      guard let half = format.half else { preconditionFailure("\(format) is sent from where it is") }
      return half.write(gradient, into: &bytes)
    }
    var rest = left.removeValue(forKey: chunk) ?? Tensor([gradient.count])
    switch format {
    case .each: break
    case .oneBit: SignFormat.write(gradient, addingTo: &rest, into: &bytes)
    case .largest:
      LargestFormat.write(gradient, keeping: format.kept(of: gradient.count), addingTo: &rest, into: &bytes)
    }
    left[chunk] = rest
  }
}
