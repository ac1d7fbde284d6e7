import ArgumentParser
import Audio
import Clusters
import Foundation
import HTTP
import Media
import Parameters
import Telemetry
import Tensors

struct Serve: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes captions for whoever asks, over HTTP: of files, of what is on the web, and of live sound.",
    discussion: """
      POST /captions takes a recording or a film, or {"url": "https://…"}, and answers with an id; GET /captions/ID has its \
      captions, as JSON, WebVTT or SubRip, or as events while they are made; DELETE cancels. WS /live takes 16-bit mono \
      samples at 16,000 Hz and answers with what sounds. GET /caption/VIDEO is Caption4Sound's. The page at / tries it all.

      Media are decoded by ffmpeg, within limits; where it is not installed, only what libsndfile reads is taken. Pages of \
      sites are read by yt-dlp, where that is installed. Only hosts of the public Internet are asked.

      The pages of a browser may ask only where their site is named: --allow-origin https://example.org. An extension's \
      site is chrome-extension:// and its id, as chrome://extensions shows it; moz-extension:// and its number, as \
      about:debugging shows it.

      Example: antiphon serve --model runs/first --ontology ontology.json
      """)

  @OptionGroup var options: CaptionOptions

  @Option(help: "Where it listens: PORT, on this machine only, or HOST:PORT (default: 8765).", transform: place)
  var http = ListeningPlace(host: "127.0.0.1", port: 8765)

  @Option(help: .init("A file with the token that all have to know who ask.", valueName: "file"))
  var tokenFile: String?

  @Flag(help: "Let all ask beyond this machine, without a token.")
  var insecure = false

  @Option(help: .init("A site whose pages may ask.", valueName: "origin"))
  var allowOrigin: [String] = []

  @Option(help: .init("A host that may be asked though it is not of the public Internet.", valueName: "host"))
  var allowHost: [String] = []

  @Option(help: "The most recordings that wait; who comes then is told to come again.")
  var queue = 32

  @Option(help: "The most seconds of a recording that are heard.")
  var longest = 14_400.0

  func validate() throws {
    guard queue > 0 else { throw ValidationError("--queue must be positive, it is \(queue).") }
    guard (1...1e6).contains(longest) else {
      throw ValidationError("--longest must be in 1...1000000, it is \(longest).")
    }
    for origin in allowOrigin where origin.wholeMatch(of: #/[a-z][-+.a-z0-9]*://[^/?#@*\sA-Z]+/#) == nil {
      throw ValidationError("--allow-origin expects SCHEME://HOST or SCHEME://HOST:PORT, found '\(origin)'.")
    }
  }

  func run() throws {
    try reportingErrors {
      try Interruption.watched(goesOn: false) { display, check in
        let token = try token()
        let pool = ThreadPool(threads: AvailableCores().count)
        let model = try ThreadPool.$current.withValue(pool) {
          try CaptionModel(options, display, check: check, note: note)
        }
        display.finish()
        guard model.frontEnd.sampleRate == LiveSession.sampleRate else {
          throw SettingsError(
            "expected a network that hears \(LiveSession.sampleRate) samples a second, as live sound has, "
              + "\(options.model) hears \(model.frontEnd.sampleRate)")
        }
        let rules = AddressRules(allowedHosts: allowHost)
        let desk = CaptionDesk(model, MediaFetcher(rules), mostWaiting: queue, longestSeconds: longest, pool)
        defer { desk.close() }
        let access = ServiceAccess(token: token, origins: allowOrigin, isLoopback: http.isLoopback)
        let service = CaptionService(desk, access, rules, pool)
        let server = try ServiceServer(
          service.answer, at: http, sharing: { access.admits(origin: $0, host: $1) }, patience: service.mayTakeLong)
        defer { server.stopAndWait() }  // first, for what is being sent is on the disk
        ScratchFolder.removeLeft()
        desk.open()
        tellWhatIsMissing()
        print("http://\(server.place)/ makes captions with \(options.model); Ctrl-C ends that")
        fflush(nil)  // for those who read it from a pipe
        serve(desk, check)
      }
    }
  }

  /// Waits for the end.
  private func serve(_ desk: CaptionDesk, _ check: () throws -> Void) {
    var turns = 0
    while (try? check()) != nil {
      Thread.sleep(forTimeInterval: 0.5)
      turns += 1
      if turns.isMultiple(of: 10) { desk.tellAll() }
    }
  }

  private func token() throws -> String? {
    if let tokenFile {
      guard let bytes = FileManager.default.contents(atPath: tokenFile) else {
        throw SettingsError("expected a token in \(tokenFile), it cannot be read")
      }
      let token = String(decoding: bytes, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
      guard token.utf8.count >= 16 else {
        throw SettingsError("expected a token of at least 16 letters in \(tokenFile), found \(token.utf8.count)")
      }
      guard token.utf8.allSatisfy({ (0x20...0x7e).contains($0) }) else {
        throw SettingsError("expected a token of ASCII letters in \(tokenFile), as a header has them, found others")
      }
      return token
    }
    guard http.isLoopback || insecure else {
      throw SettingsError(
        "\(http) is beyond loopback, and there is no token: give --token-file, or say --insecure if all may ask")
    }
    return nil
  }

  private func tellWhatIsMissing() {
    if MediaPrograms.decoder == nil {
      note("ffmpeg is not installed: only WAV, FLAC, Ogg, Opus, MP3, AIFF and CAF are read")
    } else if !MediaPrograms.canRemoveNetwork {
      note("ffmpeg keeps its network: this process may not take it away")
    }
    if MediaPrograms.siteReader == nil {
      note("yt-dlp is not installed: of the web, only files are fetched, and no media of pages")
    }
  }

  private func note(_ text: String) { FileHandle.standardError.write(Data("antiphon serve: \(text)\n".utf8)) }
}
