/// A chart of curves.
public struct LineChart: Figure, Sendable {
  public struct Curve: Sendable {
    public let name: String
    public let colour: Colour
    /// Those that are not finite, or not above 0 on a logarithmic axis, are left out.
    public let points: [Point]
    /// As a curve that the others are compared with.
    public let isDashed: Bool

    public init(_ name: String, _ colour: Colour, _ points: [Point], isDashed: Bool = false) {
      self.name = name
      self.colour = colour
      self.points = points
      self.isDashed = isDashed
    }
  }

  public let title: String
  let x: Axis
  let y: Axis
  let curves: [Curve]

  /// - Parameter curves: In the order in which they are drawn, and named in the key if there are several.
  public init(_ title: String, x: Axis, y: Axis, _ curves: [Curve]) {
    self.title = title
    self.x = x
    self.y = y
    self.curves = curves
  }

  public var drawing: Element { drawing(.full) }

  /// One of many, with its title.
  var smallDrawing: Element { drawing(.small) }

  private func drawing(_ size: Plot.Size) -> Element {
    let plot = Plot(x: x, y: y, size)
    let lines = curves.flatMap { curve in Self.drawn(curve, on: plot) }
    return canvas(width: size.width, height: size.height) {
      plot.axes
      lines
      if lines.isEmpty { plot.nothing }
      if size == .small {
        Element.label(title.shortened(to: 26), x: 2, y: 13, class: "name")
      } else if curves.count > 1 {
        key(rightOf: size.width - size.right)
      }
    }
  }

  private static func drawn(_ curve: Curve, on plot: Plot) -> [Element] {
    let places = curve.points.filter(plot.shows).map(plot.place)
    guard let first = places.first else { return [] }
    guard places.count > 1 else {
      let style = "fill: \(curve.colour.value)"
      return [Element("circle", ["style": style, "cx": first.x.inPixels, "cy": first.y.inPixels, "r": "3"])]
    }
    return [
      Element(
        "polyline",
        [
          "class": curve.isDashed ? "curve dashed" : "curve", "style": "stroke: \(curve.colour.value)",
          "points": places.map { "\($0.x.inPixels),\($0.y.inPixels)" }.joined(separator: " "),
        ])
    ]
  }

  private func key(rightOf end: Double) -> Element {
    Element("text", ["x": end.inPixels, "y": "13", "text-anchor": "end"]) {
      for curve in curves {
        Element("tspan", ["style": "fill: \(curve.colour.value)", "dx": "10"]) {
          (curve.isDashed ? "┅ " : "━ ") + curve.name
        }
      }
    }
  }
}
