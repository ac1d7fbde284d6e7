/// Something drawn as SVG.
///
/// Its colours are variables of the style sheet of the page on which it stands, and its classes have their rules there:
/// `grid`, `level`, `curve`, `dashed`, `dot`, `cell`, `none`, `name`.
public protocol Figure {
  /// What it shows.
  var title: String { get }
  var drawing: Element { get }
}

extension Figure {
  /// The drawing as a file of its own.
  ///
  /// - Parameter style: The style sheet.
  public func file(style: String) -> String {
    let drawing = drawing.with("xmlns", "http://www.w3.org/2000/svg")
      .beginning(with: Element("style") { style })
    return #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n\(drawing)\n"
  }

  /// The element that holds a drawing.
  func canvas(width: Double, height: Double, @ContentBuilder content: () -> [Element.Content]) -> Element {
    Element(
      "svg",
      ["viewBox": "0 0 \(width.inPixels) \(height.inPixels)", "role": "img", "aria-label": title], content: content)
  }
}

/// A text of a drawing.
///
/// - Parameters:
///   - anchor: Which of its ends lies there: `start`, `middle` or `end`.
///   - turned: By how many degrees it turns clockwise.
func label(
  _ text: String, x: Double, y: Double, anchor: String = "start", class name: String? = nil, turned: Double? = nil
) -> Element {
  let turn = turned.map { "rotate(\($0.inPixels) \(x.inPixels) \(y.inPixels))" }
  return Element(
    "text",
    [
      "class": name, "x": x.inPixels, "y": y.inPixels, "text-anchor": anchor == "start" ? nil : anchor,
      "transform": turn,
    ]
  ) { text }
}

/// A straight line of a drawing.
func line(class name: String, from start: (x: Double, y: Double), to end: (x: Double, y: Double)) -> Element {
  Element(
    "line",
    ["class": name, "x1": start.x.inPixels, "y1": start.y.inPixels, "x2": end.x.inPixels, "y2": end.y.inPixels])
}
