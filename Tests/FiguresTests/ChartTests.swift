import Figures
import Testing

@Suite struct `A chart` {
  private let shares = Axis(ofShares: "share")

  /// The place of the plot within a chart.
  private func plot(_ axis: Axis) -> (x: Scale, y: Scale) {
    (
      Scale(axis.kind, axis.values, from: 46, to: 388),
      Scale(axis.kind, axis.values, from: 202, to: 26)
    )
  }

  @Test func `of curves has its points where the values say`() throws {
    let points = stride(from: 0.0, through: 1, by: 0.125).map { Point(x: $0, y: $0 * $0) }
    let chart = LineChart("square", x: shares, y: shares, [.init("curve", .one, points)])
    let read = try ReadElement(parsing: chart.drawing.description)
    let line = try #require(read.elements.first { $0.name == "polyline" }?.attributes["points"])
    let places = line.split(separator: " ").map { $0.split(separator: ",").compactMap { Double($0) } }
    try #require(places.count == points.count)
    for (place, point) in zip(places, points) {
      #expect(abs(plot(shares).x.value(at: place[0]) - point.x) < 1e-4)
      #expect(abs(plot(shares).y.value(at: place[1]) - point.y) < 1e-4)
    }
  }

  @Test func `of dots has them where the values say, also by powers of ten`() throws {
    let priors = Axis("prior", logarithmicCovering: [1e-5, 1])
    let dots = (0...5).map { ScatterChart.Dot("\($0)", Point(x: 1 / Double(10 * $0 + 1), y: Double($0) / 5)) }
    let read = try ReadElement(parsing: ScatterChart("d", x: priors, y: shares, dots).drawing.description)
    let circles = read.elements.filter { $0.name == "circle" }.map(\.attributes)
    try #require(circles.count == dots.count)
    for (circle, dot) in zip(circles, dots) {
      let x = plot(priors).x.value(at: try #require(circle["cx"].flatMap(Double.init)))
      let y = plot(shares).y.value(at: try #require(circle["cy"].flatMap(Double.init)))
      #expect(abs(x / dot.point.x - 1) < 1e-3 && abs(y - dot.point.y) < 1e-4)
    }
  }

  @Test func `leaves out what has no place, and tells where there is nothing`() throws {
    let lost = [Point(x: .nan, y: 0), Point(x: 0, y: .infinity)]
    let empty = LineChart("empty", x: shares, y: shares, [.init("curve", .one, lost)])
    #expect(try ReadElement(parsing: empty.drawing.description).text.contains("nothing to draw"))
    let one = LineChart("one", x: shares, y: shares, [.init("curve", .one, lost + [Point(x: 0.5, y: 0.5)])])
    let read = try ReadElement(parsing: one.drawing.description)
    #expect(read.elements.count { $0.name == "circle" } == 1 && !read.text.contains("nothing"))
    let priors = Axis("prior", logarithmicCovering: [])
    let dots = ScatterChart("dots", x: priors, y: shares, [.init("never", Point(x: 0, y: 1))])
    #expect(try ReadElement(parsing: dots.drawing.description).text.contains("nothing to draw"))
  }

  @Test func `of a table has a square for each value, as dark as it is much`() throws {
    let map = HeatMap(
      "map", rows: ["a", "<b & \"c\">"], columns: ["x", "y", "z"], values: [[0, 1, nil], [4, -2, 2]])
    let read = try ReadElement(parsing: map.drawing.description)
    let squares = read.elements.filter { $0.name == "rect" }.map(\.attributes).prefix(6)
    #expect(squares.map { $0["fill-opacity"] } == ["0", "0.25", nil, "1", "0", "0.5"])
    #expect(Set(squares.map { [$0["x"], $0["y"]] }).count == 6)
    #expect(read.text.contains("<b & \"c\">, z: 2"))
    let nothing = HeatMap("", rows: [], columns: [], values: [])
    #expect(try ReadElement(parsing: nothing.drawing.description).elements.count == 1)
  }

  @Test(arguments: [0, 1, 7, 24]) func `of many has each once, in a drawing and alone`(count: Int) throws {
    let charts = (0..<count).map { LineChart("\($0) <&", x: shares, y: shares, [.init("c", .two, [])]) }
    let many = SmallMultiples("many", charts)
    #expect(many.panels.count == count)
    let read = try ReadElement(parsing: many.file(style: "svg > text { fill: red }"))
    #expect(read.elements.count { $0.name == "svg" } == count + 1)
    #expect(read.attributes["xmlns"] == "http://www.w3.org/2000/svg")
    let places = read.elements.filter { $0.name == "svg" }.dropFirst().map { [$0.attributes["x"], $0.attributes["y"]] }
    #expect(Set(places).count == count)
  }
}
