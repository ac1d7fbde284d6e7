/// A chart of named points.
public struct ScatterChart: Figure, Sendable {
  public struct Dot: Sendable {
    public let name: String
    public let point: Point

    public init(_ name: String, _ point: Point) {
      self.name = name
      self.point = point
    }
  }

  public let title: String
  private let x: Axis
  private let y: Axis
  private let dots: [Dot]
  private let level: (name: String, value: Double)?
  /// How many of the highest and of the lowest are named, where there is room; all have their names as tool tips.
  private static let named = 5

  /// - Parameters:
  ///   - dots: Those that are not finite, or not above 0 on a logarithmic axis, are left out.
  ///   - level: A height with a line and a name.
  public init(_ title: String, x: Axis, y: Axis, _ dots: [Dot], level: (name: String, value: Double)? = nil) {
    self.title = title
    self.x = x
    self.y = y
    self.dots = dots
    self.level = level
  }

  public var drawing: Element {
    let size = Plot.Size.full
    let plot = Plot(x: x, y: y, size)
    let shown = dots.filter { plot.shows($0.point) }
    return canvas(width: size.width, height: size.height) {
      plot.axes
      if let level, plot.shows(Point(x: x.values.lowerBound, y: level.value)) {
        let height = plot.y.pixel(of: level.value)
        Element.line(
          class: "level", from: Point(x: size.left, y: height), to: Point(x: size.width - size.right, y: height))
        Element.label(level.name, x: size.width - size.right, y: 13, anchor: "end")
      }
      for dot in shown { Self.drawn(dot, at: plot.place(of: dot.point)) }
      Self.names(of: shown, on: plot)
      if shown.isEmpty { plot.nothing }
    }
  }

  private static func drawn(_ dot: Dot, at place: Point) -> Element {
    Element("circle", ["class": "dot", "cx": place.x.inPixels, "cy": place.y.inPixels, "r": "3.5"]) {
      Element("title") { "\(dot.name): \(dot.point.x.inThreeDigits), \(dot.point.y.inThreeDigits)" }
    }
  }

  /// The names of the highest dots and of the lowest, each where it covers no dot and no other name.
  private static func names(of dots: [Dot], on plot: Plot) -> [Element] {
    let byHeight = dots.sorted { $0.point.y > $1.point.y }
    var taken = dots.map { NamePlace(around: plot.place(of: $0.point)) }
    return (byHeight.prefix(named) + byHeight.dropFirst(named).suffix(named)).compactMap { dot in
      let name = dot.name.shortened(to: 20)
      let places = [NamePlace.Side.right, .left].map { NamePlace(of: name, $0, of: plot.place(of: dot.point)) }
      let free = places.first { $0.isWithin(plot.size) && !taken.contains(where: $0.covers) }
      guard let place = free else { return nil }
      taken.append(place)
      return Element.label(name, x: place.x.lowerBound, y: place.baseline)
    }
  }
}

/// Where a name is written, or a dot lies.
private struct NamePlace {
  enum Side { case left, right }

  private static let distance = 7.0
  private static let characterWidth = 6.2

  let x: ClosedRange<Double>
  let y: ClosedRange<Double>

  init(around dot: Point) {
    x = dot.x - 4...dot.x + 4
    y = dot.y - 4...dot.y + 4
  }

  init(of name: String, _ side: Side, of dot: Point) {
    let width = Double(name.count) * Self.characterWidth
    let start = side == .right ? dot.x + Self.distance : dot.x - Self.distance - width
    x = start...start + width
    y = dot.y - 5...dot.y + 5
  }

  var baseline: Double { y.upperBound - 1 }

  func isWithin(_ size: Plot.Size) -> Bool { x.lowerBound > size.left && x.upperBound < size.width }

  func covers(_ other: NamePlace) -> Bool { x.overlaps(other.x) && y.overlaps(other.y) }
}
