public import Tensors

/// The optimizer of a run. As JSON: `{"adam": {"beta1": 0.9, …}}` or `{"sgd": {}}`.
public enum OptimizerSetting: Equatable, Sendable {
  case adam(Adam)
  /// Plain gradient descent: values − rate · gradient. It keeps nothing beside the weights; with a rate of 1 and gradients
  /// of whole numbers the values tell exactly what was applied.
  case sgd

  /// Reads `adam` or `sgd`.
  public init(parsing text: String) throws(SettingsError) {
    switch text {
    case "adam": self = .adam(Adam())
    case "sgd": self = .sgd
    default: throw SettingsError("expected adam or sgd as the optimizer, but '\(text)' came")
    }
  }

  /// As it is written on a command line.
  public var name: String {
    switch self {
    case .adam: "adam"
    case .sgd: "sgd"
    }
  }
}

extension OptimizerSetting: Optimizer {
  public var slots: [String] {
    switch self {
    case .adam(let adam): adam.slots
    case .sgd: []
    }
  }

  public func update(
    _ chunk: inout ChunkState, in range: Range<Int>, gradient: Span<Float>, step: Int, learningRate: Float
  ) {
    switch self {
    case .adam(let adam):
      adam.update(&chunk, in: range, gradient: gradient, step: step, learningRate: learningRate)
    case .sgd:
      precondition(gradient.count == range.count, "a gradient for each value")
      var values = chunk.values.mutableValues
      for (position, index) in range.enumerated() { values[index] -= learningRate * gradient[position] }
    }
  }
}

extension OptimizerSetting: Codable {
  private enum CodingKeys: String, CodingKey {
    case adam, sgd
  }

  private struct Nothing: Codable {}

  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    if let adam = try values.decodeIfPresent(Adam.self, forKey: .adam) {
      self = .adam(adam)
    } else if values.contains(.sgd) {
      self = .sgd
    } else {
      throw SettingsError("expected adam or sgd as the optimizer, and there is neither")
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var values = encoder.container(keyedBy: CodingKeys.self)
    switch self {
    case .adam(let adam): try values.encode(adam, forKey: .adam)
    case .sgd: try values.encode(Nothing(), forKey: .sgd)
    }
  }
}
