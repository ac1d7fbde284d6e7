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
