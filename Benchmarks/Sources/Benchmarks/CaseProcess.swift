import Foundation

/// A case that runs in a process of its own, so that its memory, its threads and what they left behind are its own.
enum CaseProcess {
  /// Runs this program with other arguments and reads what it says: JSON on standard output.
  static func result<Result: Decodable>(_ type: Result.Type = Result.self, of arguments: [String]) throws -> Result {
    let process = Process()
    process.executableURL = Bundle.main.executableURL
    process.arguments = arguments
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = try output.fileHandleForReading.readToEnd() ?? Data()
    process.waitUntilExit()
    guard process.terminationReason == .exit, process.terminationStatus == 0 else {
      throw BenchmarkError(
        "expected a measurement of '\(arguments.joined(separator: " "))', but it ended with \(process.terminationStatus)"
      )
    }
    return try JSONDecoder().decode(type, from: data)
  }

  /// Says a case's result to the process that started it.
  static func tell(_ result: some Encodable) throws {
    print(String(decoding: try JSONEncoder().encode(result), as: UTF8.self))
  }

  /// Ends this process when the one that started it is gone: nobody waits for the result, and it would disturb the next.
  static func followParent() {
    let parent = getppid()
    Thread.detachNewThread {
      while getppid() == parent { Thread.sleep(forTimeInterval: 0.5) }
      exit(1)
    }
  }
}
