import ArgumentParser

/// What captions are made with.
struct CaptionOptions: ParsableArguments {
  @Option(help: "The folder of a run.")
  var model: String

  @Flag(help: "The checkpoint of the highest mAP while training, and not the newest one: see train --evaluate.")
  var best = false

  @OptionGroup var timing: TimingOption

  @Option(help: "The threshold of all labels, above 0 and up to 1, in place of those that were chosen.")
  var threshold: Float?

  @Option(help: "AudioSet's ontology.json: what is shown is not shown as a kind of sound too, Dog not as Animal.")
  var ontology: String?

  @Option(
    help:
      "Labels that go on in the background, with ';' between: named once, and so their kinds (default: Speech; Music).")
  var background: String?

  @Option(
    help: .init(
      "What sounds for less is not named; a window names 0.48 s or more (default: 0.3).", valueName: "seconds"))
  var minimumDuration: Double?

  func validate() throws {
    if let threshold, !(threshold > 0 && threshold <= 1) {
      throw ValidationError("--threshold must be above 0, and at most 1, it is \(threshold).")
    }
    guard (0...3600).contains(minimumDuration ?? 0) else {
      throw ValidationError("--minimum-duration must be in 0...3600 seconds, it is \(minimumDuration!).")
    }
  }
}
