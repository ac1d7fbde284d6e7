internal import Foundation
internal import Glibc

/// Fetches media from the web: a file by plain HTTP, and what a page shows by yt-dlp, where that is installed.
public struct MediaFetcher: Sendable {
  private let rules: AddressRules
  private let limits: FetchLimits

  public init(_ rules: AddressRules, limits: FetchLimits = FetchLimits()) {
    self.rules = rules
    self.limits = limits
  }

  /// Fetches what is at an address, and waits for its end.
  ///
  /// - Parameters:
  ///   - folder: An empty one for it.
  ///   - isWanted: Asked about once a second.
  /// - Returns: The file.
  public func fetch(
    _ address: WebAddress, into folder: String, isWanted: @escaping @Sendable () -> Bool
  ) throws(MediaError) -> String {
    let file = "\(folder)/media"
    var address = address
    for _ in 0...limits.redirects {
      // A name is resolved here once more for its words: what libcurl connects to is checked when it does.
      try rules.check(address)
      switch try ask(address, into: file, isWanted) {
      case .media: return file
      case .page: return try Site(limits).fetch(address, into: folder, isWanted: isWanted)
      case .redirect(let location): address = try address.redirected(to: location)
      }
    }
    throw MediaError(.unreachable, "expected media after \(limits.redirects) redirections, there was another one")
  }

  private func ask(
    _ address: WebAddress, into file: String, _ isWanted: @escaping @Sendable () -> Bool
  ) throws(MediaError) -> MediaRequest.Answer {
    let descriptor = unsafe open(file, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw MediaError(.unreachable, "cannot write \(file): \(unsafe String(cString: strerror(errno)))")
    }
    defer { close(descriptor) }
    let transfer = MediaTransfer(
      from: address.host, rules, mostBytes: limits.bytes, into: descriptor, isWanted: isWanted)
    return try MediaRequest(address, limits).send(into: transfer)
  }
}
