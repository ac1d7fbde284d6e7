import ArgumentParser
import Foundation

/// How a command tells its result.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print the result as one JSON object on standard output, and nothing else there.")
  var json = false

  /// Prints a result, for people or for scripts.
  ///
  /// - Parameter lines: The result in words.
  func show(_ result: some Encodable, _ lines: [String]) throws {
    guard json else { return print(lines.joined(separator: "\n")) }
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    print(String(decoding: try encoder.encode(result), as: UTF8.self))
  }
}
