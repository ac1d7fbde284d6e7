import ArgumentParser
import Audio
import Captions
import Foundation
import Media
import Telemetry
import Tensors

struct Caption: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Writes what sounds in a recording, and when: captions for who cannot hear it.",
    discussion: """
      The network of a run hears windows of 975 ms, each 480 ms after the one before; of other patches ('prepare \
      --patch-frames') as long as one, each half of one later. A label is heard where its score reaches a threshold, and \
      as long as it stays above 0.6 of that; the thresholds are those that were best on the validation part of the run's \
      dataset, and are kept in the run's folder, with what else captions need of the dataset: it is needed once for each \
      checkpoint.

      A network of embeddings hears what 'antiphon embed' wrote beside them. One that reads whole clips tells times by \
      the vector of each window, and smoothes that; or, with --timing windows, by 5 vectors together.

      Recordings and films are decoded by ffmpeg; where that is not installed, only what libsndfile reads is taken. Of what \
      is damaged, the sound that there is is captioned, and one line says so. What is on the web is fetched: a file as it \
      is, and the sound of a page of a site that yt-dlp knows, where that is installed.

      Examples: antiphon caption film.ogg --model runs/first --ontology ontology.json > film.vtt
                antiphon caption https://example.org/film.mp4 --model runs/first > film.vtt
      """)

  @Argument(help: "A recording or a film: a file, or an address that begins with http:// or https://.")
  var file: String

  @OptionGroup var options: CaptionOptions

  @Option(
    help: "'vtt' (WebVTT), 'srt' or 'json' (default: vtt).",
    transform: { text in
      guard let format = CaptionFormat(rawValue: text) else {
        throw ValidationError("expected vtt, srt or json, found '\(text)'")
      }
      return format
    })
  var format = CaptionFormat.vtt

  @Option(help: .init("A host that may be asked though it is not of the public Internet.", valueName: "host"))
  var allowHost: [String] = []

  func run() throws {
    try reportingErrors {
      try Interruption.watched(goesOn: false) { display, check in
        let pool = ThreadPool(threads: AvailableCores().count)
        try ThreadPool.$current.withValue(pool) {
          let model = try CaptionModel(options, display, check: check) { note in
            FileHandle.standardError.write(Data("antiphon caption: \(note)\n".utf8))
          }
          let start = ContinuousClock.now
          let heard = try hear(with: model, display, check)
          let taken = (ContinuousClock.now - start) / .seconds(1)
          try StandardOutput.write(format.text(heard.captions, names: model.names, seconds: heard.seconds))
          if let damage = heard.damage { display.note("antiphon caption: \(damage)") }
          let speed = Int(heard.seconds / max(taken, 1e-3))
          display.note(
            "\(heard.captions.count) \(heard.captions.count == 1 ? "sound" : "sounds") in \(TaskProgress.time(heard.seconds)), \(speed) times as fast as it plays"
          )
        }
      }
    }
  }

  /// What was fetched is gone when this ends: a reader of the captions that has gone ends the program where it writes.
  private func hear(
    with model: CaptionModel, _ display: ProgressDisplay, _ check: @escaping @Sendable () throws -> Void
  ) throws -> (captions: [SoundEvent], seconds: Double, damage: String?) {
    ScratchFolder.removeLeft()
    let reader = try RecordingReader(file, sampleRate: model.frontEnd.sampleRate, allowHost, check)
    let start = ContinuousClock.now
    var samples = 0
    var isShown = false
    let heard = try model.captions { block in
      try check()
      guard try reader.read(into: &block) else { return false }
      samples += block.count
      // Most are done before anybody would have read how far they are.
      if let seconds = reader.seconds, ContinuousClock.now - start > .seconds(2) {
        isShown = true
        let done = samples / model.frontEnd.sampleRate
        display.update(TaskProgress("hear", done: done, total: max(done, Int(seconds)), unit: "seconds"))
      }
      return true
    }
    let seconds = Int(heard.seconds)
    if isShown { display.finish(TaskProgress("hear", done: seconds, total: seconds, unit: "seconds")) }
    return (heard.captions, heard.seconds, reader.damage)
  }
}
