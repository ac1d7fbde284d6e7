internal import Glibc

/// Why a program could not be started or spoken to, in one line.
public struct ProcessError: Error, Equatable, Sendable, CustomStringConvertible {
  public let description: String

  /// - Parameter code: The system's number of what went wrong.
  init(_ words: String, _ code: Int32) { description = "\(words): \(unsafe String(cString: strerror(code)))" }
}
