import ArgumentParser

/// How networks of clips tell times.
struct TimingOption: ParsableArguments {
  @Option(
    help: .init(
      "How a network of clips of embeddings tells times: by 'frames', each of 0.96 s, or by 'windows' of 5 of them "
        + "(default: frames).", valueName: "frames|windows"),
    transform: { text in
      guard let timing = ScoreTiming(rawValue: text), ScoreTiming.choices.contains(timing) else {
        throw ValidationError("expected frames or windows, found '\(text)'")
      }
      return timing
    })
  var timing: ScoreTiming?
}
