internal import Datasets
public import Tensors

/// Finds the principal components of many vectors, which come in parts.
public struct PrincipalComponents: Sendable {
  /// Those whose variance is a smaller share of the largest are rounding, and left out.
  private static let leastShare = 1e-6

  private let size: Int
  /// How many vectors have come.
  public private(set) var count = 0
  /// The mean of the first part: what is summed is near 0, and float32 enough for the products of a part.
  private var origin: Tensor?
  private var sums: [Double]
  private var products: [Double]

  /// - Parameter size: The values of a vector.
  public init(size: Int) {
    self.size = size
    sums = Array(repeating: 0, count: size)
    products = Array(repeating: 0, count: size * size)
  }

  /// Adds vectors, `[n, size]`.
  public mutating func add(_ vectors: Tensor) {
    precondition(vectors.shape.count == 2 && vectors.shape[1] == size, "expected [n, \(size)], not \(vectors.shape)")
    guard vectors.shape[0] > 0 else { return }
    let origin = origin ?? Self.mean(of: vectors)
    self.origin = origin
    var centred = vectors
    var values = centred.mutableValues
    for index in values.indices { values[index] -= origin.values[index % size] }
    for index in values.indices { sums[index % size] += Double(values[index]) }
    var part = Tensor(uninitialized: [size, size])
    part.multiply(centred.matrix.transposed, centred.matrix)  // Σ x · xᵀ
    let partValues = part.values
    for index in products.indices { products[index] += Double(partValues[index]) }
    count += vectors.shape[0]
  }

  /// The postprocessor of these vectors: whitened components, the one of the largest variance first; where there are fewer
  /// than 128, the rest is 0.
  ///
  /// - Throws: `EmbeddingError` if there are no more vectors than components, which could not all be found then, or none
  ///   differs from another.
  public func postprocessor() throws(EmbeddingError) -> Postprocessor {
    let components = min(size, Postprocessor.outputs)
    guard count > components, let origin else {
      throw EmbeddingError(
        "expected more than \(components) patches to find \(components) components in, there are \(count)")
    }
    let means = sums.map { $0 / Double(count) }
    var covariance = products
    for row in 0..<size {
      for column in 0..<size {
        let index = row * size + column
        covariance[index] = covariance[index] / Double(count) - means[row] * means[column]
      }
    }
    let eigen = SymmetricEigenvectors(of: covariance, order: size)
    guard eigen.values[0] > 0 else { throw EmbeddingError("expected vectors that differ, all are the same") }
    var vectors = [Double](repeating: 0, count: Postprocessor.outputs * size)
    for component in 0..<min(Postprocessor.outputs, size)
    where eigen.values[component] > Self.leastShare * eigen.values[0] {
      let scale = 1 / eigen.values[component].squareRoot()
      for input in 0..<size {
        vectors[component * size + input] = eigen.vectors[component][input] * scale
      }
    }
    let shift = origin.values
    return Postprocessor(vectors: vectors, means: means.indices.map { means[$0] + Double(shift[$0]) })
  }

  private static func mean(of vectors: Tensor) -> Tensor {
    var mean = Tensor([vectors.shape[1]])
    mean.sumRows(of: vectors)
    var values = mean.mutableValues
    for index in values.indices { values[index] /= Float(vectors.shape[0]) }
    return mean
  }
}
