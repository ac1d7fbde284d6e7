internal import Foundation
internal import Glibc
internal import Processes

/// Pages of sites that yt-dlp knows, and the media on them.
public struct Site: Sendable {
  private let limits: FetchLimits

  public init(_ limits: FetchLimits = FetchLimits()) { self.limits = limits }

  /// Fetches the sound of what a page shows: the smallest that there is.
  ///
  /// A page of a site that yt-dlp does not know by name is not tried: it would follow links of strangers.
  ///
  /// - Parameters:
  ///   - folder: For the file.
  ///   - isWanted: Asked some times a second.
  /// - Returns: The file.
  public func fetch(
    _ address: WebAddress, into folder: String, isWanted: @Sendable () -> Bool
  ) throws(MediaError) -> String {
    guard let program = MediaPrograms.siteReader else {
      throw MediaError(
        .missingProgram,
        "\(address.host.short) shows a page: yt-dlp, which finds the media of pages, is not on this machine")
    }
    let reader = try BoxedProgram(
      [
        program, "--ignore-config", "--no-cache-dir", "--use-extractors", "default,-generic", "--no-playlist",
        "--quiet", "--no-warnings", "--no-progress", "--no-part", "--socket-timeout", "\(limits.patienceSeconds)",
        "--max-filesize", "\(limits.bytes)", "--format", "worstaudio/worst", "--output", "\(folder)/site.%(ext)s", "--",
        address.description,
      ], in: folder,
      .init(cpuSeconds: 600, memoryBytes: 4 << 30, fileBytes: limits.bytes, hasNetwork: true))
    let deadline = ContinuousClock.now + .seconds(limits.seconds)
    while reader.ending == nil {
      guard isWanted() else { throw MediaError(.unwanted, "nobody wants it any more") }
      guard ContinuousClock.now < deadline else {
        throw MediaError(.beyondLimits, "expected all within \(limits.seconds) s: \(address.host.short) is too slow")
      }
      reader.listen(within: 0.2)
    }
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    guard !reader.waitForEnd().isFailure, let name = names.first(where: { $0.hasPrefix("site.") }) else {
      let reason = reader.complaint(about: folder) ?? "there is none"
      throw MediaError(.unreachable, "expected media on the page of \(address.host.short), yt-dlp says: \(reason)")
    }
    return "\(folder)/\(name)"
  }
}
