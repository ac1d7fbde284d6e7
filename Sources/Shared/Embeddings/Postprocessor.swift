public import Checkpoints
internal import Datasets
internal import Foundation
public import Tensors

/// What makes 128 bytes of an embedding, exactly as VGGish's postprocessor (tensorflow/models,
/// research/audioset/vggish, `vggish_postprocess.py`): `y = E · (x - μ)`, held within -2...2, in 255 steps, cut off.
///
/// E are principal components, each divided by its deviation, so that each y has a variance of 1 (whitening).
public struct Postprocessor: Sendable {
  /// The names of the arrays and tensors, as in `vggish_pca_params.npz`.
  static let vectorsName = "pca_eigen_vectors"
  static let meansName = "pca_means"
  /// The metadata of a file has a checksum of the network by this name.
  public static let networkKey = "network_checksum"
  /// The values of an output.
  public static let outputs = EmbeddingOrigin.audioSetSize

  /// μ, a value for each input.
  let means: [Double]
  /// E transposed, `[inputs, 128]`: its row for an input is added at once.
  private let columns: [Double]

  /// The values of an embedding.
  public var inputs: Int { means.count }

  /// - Parameters:
  ///   - vectors: E, `[128, inputs]`.
  ///   - means: μ, `[inputs]`.
  init(vectors: [Double], means: [Double]) {
    precondition(!means.isEmpty && vectors.count == Self.outputs * means.count, "128 rows of \(means.count) values")
    self.means = means
    columns = means.indices.flatMap { input in
      (0..<Self.outputs).map { vectors[$0 * means.count + input] }
    }
  }

  /// E as it was given.
  var vectors: [Double] {
    (0..<Self.outputs).flatMap { output in means.indices.map { columns[$0 * Self.outputs + output] } }
  }

  /// The principal components of an embedding, before they are cut to bytes.
  ///
  /// - Parameter vector: `[inputs]`.
  public func components(of vector: Span<Float>) -> [Double] {
    precondition(vector.count == inputs, "expected \(inputs) values, not \(vector.count)")
    var sums = [Double](repeating: 0, count: Self.outputs)
    for input in means.indices {
      let difference = Double(vector[input]) - means[input]
      let first = input * Self.outputs
      for output in sums.indices { sums[output] += columns[first + output] * difference }
    }
    return sums
  }

  /// Appends the 128 bytes of an embedding.
  ///
  /// - Parameter vector: `[inputs]`; where a component is no number, its byte is 0.
  public func append(_ vector: Span<Float>, to bytes: inout [UInt8]) {
    for value in components(of: vector) { bytes.append(UInt8((min(2, max(-2, value)) + 2) * (255 / 4))) }
  }

  /// The bytes of embeddings.
  ///
  /// - Parameter embeddings: `[n, inputs]`.
  /// - Returns: `[n, 128]`.
  public func bytes(of embeddings: Tensor) -> [UInt8] {
    let values = embeddings.values
    var bytes: [UInt8] = []
    bytes.reserveCapacity(embeddings.shape[0] * Self.outputs)
    for row in 0..<embeddings.shape[0] { append(values.extracting(row * inputs..<(row + 1) * inputs), to: &bytes) }
    return bytes
  }

  /// The same with values that 32 bits hold, as a file has them: what is read from there is equal to it.
  var rounded: Postprocessor {
    Postprocessor(vectors: vectors.map { Double(Float($0)) }, means: means.map { Double(Float($0)) })
  }

  /// A checksum of all values.
  public var checksum: Checksum {
    var checksum = Checksum()
    unsafe checksum.add(columns.span.bytes)  // a number has no padding: the view is whole
    unsafe checksum.add(means.span.bytes)
    return checksum
  }
}

extension Postprocessor {
  /// Reads `vggish_pca_params.npz`, or a safetensors file with the same arrays.
  public init(reading path: String) throws {
    let vectors: NumpyArray
    let means: NumpyArray
    if path.hasSuffix(".npz") {
      let archive = try NumpyArchive(path)
      (vectors, means) = (try archive.array(Self.vectorsName), try archive.array(Self.meansName))
    } else {
      let file = try SafetensorsFile(path)
      vectors = NumpyArray(try file.values(of: Self.vectorsName))
      means = NumpyArray(try file.values(of: Self.meansName))
    }
    let inputs = means.values.count
    guard inputs > 0, vectors.shape == [Self.outputs, inputs] else {
      throw EmbeddingError(
        "\(path): expected \(Self.vectorsName) of [\(Self.outputs), \(inputs)], found \(vectors.shape)")
    }
    guard (vectors.values + means.values).allSatisfy(\.isFinite) else {
      throw EmbeddingError("\(path): expected finite values, some are not")
    }
    self.init(vectors: vectors.values, means: means.values)
  }

  /// Writes it as safetensors, in 32 bits.
  public func write(to path: String, metadata: [String: String]) throws(CheckpointError) {
    try SafetensorsFile.write(tensors, metadata: metadata, to: path)
  }

  /// What a file has of it, in 32 bits.
  var tensors: [(name: String, values: Tensor)] {
    [
      (Self.vectorsName, Tensor([Self.outputs, inputs], values: vectors.map { Float($0) })),
      (Self.meansName, Tensor([inputs], values: means.map { Float($0) })),
    ]
  }
}

extension NumpyArray {
  fileprivate init(_ tensor: Tensor) {
    let values = tensor.values
    shape = tensor.shape
    self.values = values.indices.map { Double(values[$0]) }
  }
}
