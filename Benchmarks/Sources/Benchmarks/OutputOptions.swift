import ArgumentParser
import Foundation

/// How a benchmark tells what it measured: rows as they come, for people, or one JSON object in the end.
struct OutputOptions: ParsableArguments {
  @Flag(help: "Print one JSON object on standard output; the table then goes to standard error.")
  var json = false

  func show(_ line: String) {
    (json ? FileHandle.standardError : FileHandle.standardOutput).write(Data("\(line)\n".utf8))
  }

  func finish<Case: Encodable>(_ benchmark: String, _ cases: [Case]) throws {
    guard json else { return }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    let result = Report(benchmark: benchmark, cases: cases)
    print(String(decoding: try encoder.encode(result), as: UTF8.self))
  }

  private struct Report<Case: Encodable>: Encodable {
    let benchmark: String
    let cases: [Case]
  }
}
