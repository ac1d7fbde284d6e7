/// Takes an answer as it comes.
public protocol CurlReceiver: AnyObject {
  /// - Parameter head: The head of the answer whose body this is.
  /// - Returns: Whether to go on; where not, the transfer fails.
  func take(_ bytes: UnsafeRawBufferPointer, of head: CurlHead) -> Bool
}

/// Watches over a request while it is under way.
public protocol CurlWatcher: AnyObject {
  /// Asked before each connection: here no name is between what is checked and what is connected to.
  ///
  /// - Parameter address: A `sockaddr`, of the length that its family has.
  func mayConnect(to address: UnsafeRawPointer) -> Bool
  /// Asked about once a second.
  func goesOn() -> Bool
}

/// The head of an answer.
public struct CurlHead: Sendable {
  /// 0 where the answer did not begin.
  public internal(set) var status = 0
  /// By their names in small letters.
  public internal(set) var headers: [String: String] = [:]

  /// Takes a line; those of an answer that another one follows ("100 Continue") are forgotten.
  mutating func take(_ line: String) {
    if line.hasPrefix("HTTP/") {
      headers = [:]
      status = line.split(separator: " ").dropFirst().first.flatMap { Int($0.prefix(3)) } ?? 0
    }
    let parts = line.split(separator: ":", maxSplits: 1)
    if parts.count == 2 {
      headers[parts[0].lowercased()] = String(parts[1].drop { $0 == " " }.prefix { !$0.isNewline })
    }
  }
}

/// What became of a request.
public struct CurlAnswer: Sendable {
  public let head: CurlHead
  /// Why not all has come, in libcurl's words; `nil` if all has.
  public let failure: String?
  /// Whether that was for its slowness.
  public let isTooSlow: Bool
}
