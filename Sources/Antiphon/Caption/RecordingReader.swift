import Media

/// The sound of what a user names: a recording, a film, or an address of the web.
struct RecordingReader {
  private let name: String
  private let media: MediaSound
  /// Of what is fetched, and for what the decoder says.
  private let folder: ScratchFolder

  /// - Parameters:
  ///   - name: A path or an address.
  ///   - sampleRate: Samples a second to be read.
  ///   - allowedHosts: Those that may be asked though they are not of the public Internet.
  ///   - check: Throws where that is to end.
  init(
    _ name: String, sampleRate: Int, _ allowedHosts: [String], _ check: @escaping @Sendable () throws -> Void
  ) throws {
    let folder = try ScratchFolder()
    self.name = name
    self.folder = folder
    media = try Self.naming(name) {
      let scheme = name.prefix(8).lowercased()
      guard scheme.hasPrefix("http://") || scheme.hasPrefix("https://") else {
        return try MediaSound(path: name, sampleRate: sampleRate, workingIn: folder.path)
      }
      let fetcher = MediaFetcher(AddressRules(allowedHosts: allowedHosts))
      do {
        let fetched = try fetcher.fetch(WebAddress(parsing: name), into: folder.path) { (try? check()) != nil }
        return try MediaSound(path: fetched, sampleRate: sampleRate, workingIn: folder.path)
      } catch {
        try check()
        throw error
      }
    }
  }

  /// Replaces `block` by the next samples.
  ///
  /// - Returns: Whether there were any.
  func read(into block: inout [Float]) throws -> Bool {
    try Self.naming(name) { try media.read(into: &block) }
  }

  /// Of the whole, as far as its header tells.
  var seconds: Double? { media.seconds }

  /// What is wrong with the recording, in a line: known once all was read that could be.
  var damage: String? { media.damage.map { "\(name): \($0)" } }

  /// What cannot be heard is told with its name.
  private static func naming<Result>(_ name: String, _ body: () throws -> Result) throws -> Result {
    do {
      return try body()
    } catch let error as MediaError {
      throw MediaError(error.kind, "\(name): \(error)")
    }
  }
}
