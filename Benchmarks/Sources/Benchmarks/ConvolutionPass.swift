/// What is computed of a convolution.
enum ConvolutionPass: String, CaseIterable, Codable {
  case forward
  case inputGradient = "input-gradient"
  case weightGradient = "weight-gradient"

  /// How many values of a result are computed by the definition as well; those of a weight's gradient are long sums.
  var samples: Int { self == .weightGradient ? 40 : 300 }
}
