import ArgumentParser

/// What captions are made with.
struct CaptionOptions: ParsableArguments {
  @Option(help: "The folder of a run.")
  var model: String

  @Flag(help: "The checkpoint of the highest mAP while training, and not the newest one: see train --evaluate.")
  var best = false

  @OptionGroup var timing: TimingOption

  @Option(help: "The threshold of all labels, 0...1, in place of those that were chosen.")
  var threshold: Float?

  @Option(help: "AudioSet's ontology.json: what is shown is not shown as a kind of sound too, Dog not as Animal.")
  var ontology: String?

  @Option(help: "Labels that go on in the background, with ';' between: named once (default: Speech and Music).")
  var background: String?

  func validate() throws {
    if let threshold, !(0...1).contains(threshold) {
      throw ValidationError("--threshold must be in 0...1, it is \(threshold).")
    }
  }
}
