import Audio
import Foundation
import Media

/// The sound of what a user names: a sound file, a film, or an address of the web.
final class RecordingReader {
  private var file: SoundFile?
  private let media: MediaSound?

  /// - Parameters:
  ///   - name: A path or an address.
  ///   - sampleRate: Samples a second to be read.
  ///   - allowedHosts: Those that may be asked though they are not of the public Internet.
  ///   - folder: For what is fetched.
  ///   - check: Throws where that is to end.
  init(
    _ name: String, sampleRate: Int, _ allowedHosts: [String], in folder: ScratchFolder,
    _ check: @escaping @Sendable () throws -> Void
  ) throws {
    let scheme = name.prefix(8).lowercased()
    guard !scheme.hasPrefix("http://"), !scheme.hasPrefix("https://") else {
      let fetcher = MediaFetcher(AddressRules(allowedHosts: allowedHosts))
      let fetched: String
      do {
        fetched = try fetcher.fetch(WebAddress(parsing: name), into: folder.path) { (try? check()) != nil }
      } catch {
        try check()
        throw error
      }
      media = try MediaSound(path: fetched, sampleRate: sampleRate, workingIn: folder.path)
      file = nil
      return
    }
    do {
      file = try SoundFile(path: name, sampleRate: sampleRate)
      media = nil
    } catch AudioError.notSound where MediaPrograms.decoder != nil {
      media = try MediaSound(path: name, sampleRate: sampleRate, workingIn: folder.path)
      file = nil
    }
  }

  func read(into block: inout [Float]) throws -> Bool {
    if let media { return try media.read(into: &block) }
    return try file?.read(into: &block) ?? false
  }
}
