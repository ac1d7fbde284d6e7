import Figures

/// A figure of a report, and what is said below it.
struct NamedFigure {
  /// Of its file.
  let name: String
  let figure: any Figure
  /// How to read it.
  var note: String?

  var element: Element {
    Element("figure") {
      Element("figcaption") { figure.title }
      figure.drawing
      if let note { Element("p", ["class": "quiet"]) { note } }
    }
  }
}
