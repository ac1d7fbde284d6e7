internal import Foundation

/// Where a worker is in the patches that it reads, as a checkpoint keeps it.
protocol SamplerState: Codable {}

extension SamplerState {
  var text: String {
    get throws {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return String(decoding: try encoder.encode(self), as: UTF8.self)
    }
  }

  init(parsing text: String) throws(TrainingError) {
    do {
      self = try JSONDecoder().decode(Self.self, from: Data(text.utf8))
    } catch { throw .unusableSampler(reason: "it cannot be read") }
  }
}
