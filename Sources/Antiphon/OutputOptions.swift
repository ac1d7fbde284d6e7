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
    guard json else { return try StandardOutput.write(lines.joined(separator: "\n") + "\n") }
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try StandardOutput.write(String(decoding: try encoder.encode(result), as: UTF8.self) + "\n")
  }
}

/// Where results go: a disk may be full there, which 'print' does not tell.
enum StandardOutput {
  struct WriteError: Error, CustomStringConvertible {
    let description: String
  }

  static func write(_ text: String) throws(WriteError) {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
    } catch {
      throw WriteError(description: "cannot write the result to standard output: \(error.localizedDescription)")
    }
  }
}
