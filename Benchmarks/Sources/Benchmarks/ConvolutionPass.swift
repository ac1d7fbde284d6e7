/// What is computed at once of a convolution.
enum ConvolutionPass: String, CaseIterable, Codable {
  case forward
  /// Of the weights alone, as in a first layer, whose input is data.
  case weightGradient = "weight-gradient"
  /// Of the weights and of the input.
  case gradients

  /// How often the definition's multiplies are done.
  var multiples: Int { self == .gradients ? 2 : 1 }
}

/// A tensor that a pass results in.
enum ConvolutionResult {
  case output
  case inputGradient
  case weightGradient

  /// How many values are computed by the definition as well; those of a weight's gradient are long sums.
  var samples: Int { self == .weightGradient ? 40 : 300 }
}
