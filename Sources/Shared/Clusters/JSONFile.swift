internal import Foundation
internal import Parameters

/// The JSON files of a run: snake_case keys in order, readable, and always whole, since they are written under another
/// name and renamed.
enum JSONFile {
  /// - Returns: `nil` if the file is not there.
  static func read<Value: Decodable>(_ type: Value.Type, at path: String) throws(ClusterError) -> Value? {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    do {
      return try decoder.decode(type, from: Data(contentsOf: URL(filePath: path)))
    } catch CocoaError.fileReadNoSuchFile {
      return nil
    } catch let error as DecodingError {
      throw ClusterError("\(path) was to hold the JSON of a \(type), but \(error.summary)")
    } catch let error as SettingsError {
      throw ClusterError("\(path): \(error)")
    } catch { throw ClusterError("cannot read \(path): \(error.localizedDescription)") }
  }

  static func write(_ value: some Encodable, to path: String) throws(ClusterError) {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      try (encoder.encode(value) + Data("\n".utf8)).write(to: URL(filePath: path), options: .atomic)
    } catch { throw ClusterError("cannot write \(path): \(error.localizedDescription)", mayPass: true) }
  }
}

extension DecodingError {
  /// What is wrong, and at which key.
  fileprivate var summary: String {
    switch self {
    case .keyNotFound(let key, _): "the key \(key.stringValue) is missing"
    case .typeMismatch(_, let context), .valueNotFound(_, let context):
      "the value of \(context.codingPath.map(\.stringValue).joined(separator: ".")) is of another type"
    case .dataCorrupted: "it is no such JSON"
    @unknown default: "it cannot be decoded"
    }
  }
}
