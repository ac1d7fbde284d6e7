/// A table of values, each as a square that is the darker the more it is.
public struct HeatMap: Figure, Sendable {
  public let title: String
  private let rows: [String]
  private let columns: [String]
  /// `[rows, columns]`
  private let values: [[Double?]]
  private static let cell = 16.0
  private static let longest = 22
  /// The squares of the key.
  private static let shades = 6

  /// - Parameter values: `[rows, columns]`, or `nil` where there is none; those of 0 and less are not seen.
  public init(_ title: String, rows: [String], columns: [String], values: [[Double?]]) {
    precondition(values.count == rows.count && values.allSatisfy { $0.count == columns.count }, "a value for each cell")
    self.title = title
    self.rows = rows
    self.columns = columns
    self.values = values
  }

  public var drawing: Element {
    let left = Self.room(for: rows)
    let top = Self.room(for: columns) * 0.87 + 4  // the sine of 60°
    let (width, height) = (Double(columns.count) * Self.cell, Double(rows.count) * Self.cell)
    return canvas(width: left + width + top * 0.6 + 8, height: top + height + 2 * Self.cell) {
      for (index, name) in columns.enumerated() {
        let x = left + (Double(index) + 0.6) * Self.cell
        Element.label(name.shortened(to: Self.longest), x: x, y: top - 5, turned: -60)
      }
      for (index, name) in rows.enumerated() {
        let y = top + (Double(index) + 0.5) * Self.cell
        Element.label(name.shortened(to: Self.longest), x: left - 6, y: y + 4, anchor: "end")
      }
      for (row, name) in rows.enumerated() { cells(ofRow: row, name, left: left, top: top) }
      if highest > 0 { key(left: left, top: top + height + 0.8 * Self.cell) }
    }
  }

  /// What is darkest.
  private var highest: Double { values.joined().compactMap(\.self).max() ?? 0 }

  private func cells(ofRow row: Int, _ name: String, left: Double, top: Double) -> [Element] {
    let highest = highest
    return columns.indices.map { column in
      let value = values[row][column]
      return Self.square(
        shade: value.map { highest > 0 ? $0 / highest : 0 }, x: left + Double(column) * Self.cell,
        y: top + Double(row) * Self.cell, tip: "\(name), \(columns[column]): \(value?.inThreeDigits ?? "none")")
    }
  }

  /// From nothing to the highest value.
  @ContentBuilder private func key(left: Double, top: Double) -> [Element.Content] {
    let end = left + Double(Self.shades) * Self.cell
    Element.label("0", x: left - 6, y: top + 12, anchor: "end")
    for shade in 0..<Self.shades {
      Self.square(shade: Double(shade) / Double(Self.shades - 1), x: left + Double(shade) * Self.cell, y: top)
    }
    Element.label(highest.inThreeDigits, x: end + 5, y: top + 12)
  }

  /// - Parameter shade: 0...1; held there.
  private static func square(shade: Double?, x: Double, y: Double, tip: String? = nil) -> Element {
    Element(
      "rect",
      [
        "class": shade == nil ? "cell none" : "cell", "x": x.inPixels, "y": y.inPixels, "width": (cell - 1).inPixels,
        "height": (cell - 1).inPixels, "fill-opacity": shade.map { min(max($0, 0), 1).inPixels },
      ]
    ) {
      if let tip { Element("title") { tip } }
    }
  }

  private static func room(for names: [String]) -> Double {
    Double(min(Self.longest, names.map(\.count).max() ?? 0)) * 6.2 + 10
  }
}
