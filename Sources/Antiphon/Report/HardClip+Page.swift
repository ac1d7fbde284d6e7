import Figures

extension HardClip {
  private static let mostErrors = 4

  /// The clips that were named worst, each with its spectrogram.
  static func section(of clips: [HardClip]) -> Element {
    .section(
      "The most wrong clips",
      """
      Those of the highest loss: of what the network was surest about, most is not so. Where the labels are weak, some of \
      what it heard may be there, and not labelled.
      """
    ) {
      Element("div", ["class": "charts"]) { clips.map(\.element) }
    }
  }

  private var element: Element {
    Element("figure") {
      Element("figcaption") {
        Element("span") { identifier }
        Element("output") { "\(start.formatted(decimals: 1))–\((start + seconds).formatted(decimals: 1)) s" }
      }
      Element(
        "img",
        ["class": "sound", "src": spectrogram.address(.magma), "alt": "Log-mel spectrogram of \(identifier)"])
      Element("p") {
        "Has "
        Self.list(labels)
        "."
      }
      Element("p") {
        "Scored highest: "
        Self.list(highest)
        "."
      }
      Element("p", ["class": "quiet"]) { reason }
    }
  }

  @ContentBuilder private static func list(_ labels: [ScoredLabel]) -> [Element.Content] {
    if labels.isEmpty { "no label" }
    for (index, label) in labels.enumerated() {
      if index > 0 { ", " }
      Element("span", ["class": label.isThere ? "good" : "bad"]) {
        "\(label.name) \(label.score.formatted(decimals: 2))"
      }
    }
  }

  private var reason: String {
    let kinds = [("Missed", missed), ("Heard falsely", falselyHeard)].filter { !$0.1.isEmpty }
    let sentences = kinds.map { "\($0): " + $1.prefix(Self.mostErrors).map(\.name).joined(separator: ", ") + "." }
    let none = "No label is on the wrong side of 0.5."
    return (sentences.isEmpty ? [none] : sentences).joined(separator: " ") + " Loss \(loss.formatted(decimals: 3))."
  }
}
