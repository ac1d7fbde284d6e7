/// Two axes with their numbers, and the place between them where something is drawn.
struct Plot {
  /// How large it is, and how much is written on it.
  struct Size: Equatable, Sendable {
    let width: Double
    let height: Double
    let left: Double
    let right: Double
    let top: Double
    let bottom: Double

    /// With the titles of the axes.
    static let full = Size(width: 400, height: 240, left: 46, right: 12, top: 26, bottom: 38)
    /// One of many: the ends of the axes have numbers.
    static let small = Size(width: 160, height: 132, left: 20, right: 8, top: 22, bottom: 18)
  }

  let size: Size
  let x: Scale
  let y: Scale
  private let xAxis: Axis
  private let yAxis: Axis

  init(x: Axis, y: Axis, _ size: Size) {
    self.size = size
    xAxis = x
    yAxis = y
    self.x = x.scale(from: size.left, to: size.width - size.right)
    self.y = y.scale(from: size.height - size.bottom, to: size.top)
  }

  func place(of point: Point) -> Point { Point(x: x.pixel(of: point.x), y: y.pixel(of: point.y)) }

  /// Whether a point is a place of this plot.
  func shows(_ point: Point) -> Bool {
    func covers(_ axis: Axis, _ value: Double) -> Bool { value.isFinite && (axis.kind == .linear || value > 0) }
    return covers(xAxis, point.x) && covers(yAxis, point.y)
  }

  /// Lines and numbers at the marks; the titles.
  var axes: [Element] {
    let isSmall = size == .small
    let ends = { (marks: [Double]) in isSmall ? [marks.first, marks.last].compactMap(\.self) : marks }
    return yAxis.marks.flatMap { mark in horizontal(mark, hasNumber: ends(yAxis.marks).contains(mark)) }
      + ends(xAxis.marks).map { mark in
        Element.label(mark.inThreeDigits, x: x.pixel(of: mark), y: size.height - size.bottom + 16, anchor: "middle")
      }
      + (isSmall
        ? []
        : [
          Element.label(yAxis.title, x: 4, y: 13, class: "name"),
          Element.label(xAxis.title, x: size.width - size.right, y: size.height - 5, anchor: "end", class: "name"),
        ])
  }

  private func horizontal(_ mark: Double, hasNumber: Bool) -> [Element] {
    let place = y.pixel(of: mark)
    let grid = Element.line(
      class: "grid", from: Point(x: size.left, y: place), to: Point(x: size.width - size.right, y: place))
    return hasNumber
      ? [grid, Element.label(mark.inThreeDigits, x: size.left - 6, y: place + 4, anchor: "end")] : [grid]
  }

  /// What is written where there is nothing to draw.
  var nothing: Element {
    Element.label("nothing to draw", x: (size.left + size.width) / 2, y: size.height / 2, anchor: "middle")
  }
}
