import ArgumentParser
import Datasets

/// What the bytes of released embeddings may mean, as it is chosen.
enum Dequantisation: String, CaseIterable, ExpressibleByArgument {
  case youTube8M = "youtube-8m"
  case kong

  var quantization: Quantization {
    switch self {
    case .youTube8M: .youTube8M
    case .kong: .kong
    }
  }
}
