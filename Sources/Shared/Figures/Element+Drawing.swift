extension Element {
  /// A text of a drawing.
  ///
  /// - Parameters:
  ///   - anchor: Which of its ends lies there: `start`, `middle` or `end`.
  ///   - turned: By how many degrees it turns clockwise.
  static func label(
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
  static func line(class name: String, from start: Point, to end: Point) -> Element {
    Element(
      "line",
      ["class": name, "x1": start.x.inPixels, "y1": start.y.inPixels, "x2": end.x.inPixels, "y2": end.y.inPixels])
  }
}
