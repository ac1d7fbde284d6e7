/// Many small charts with the same axes.
public struct SmallMultiples: Figure, Sendable {
  public let title: String
  private let charts: [LineChart]
  private static let columns = 6

  public init(_ title: String, _ charts: [LineChart]) {
    self.title = title
    self.charts = charts
  }

  /// Each as a drawing of its own, for a page that has them in as many columns as it is wide.
  public var panels: [Element] { charts.map(\.smallDrawing) }

  /// All in rows of six.
  public var drawing: Element {
    let size = Plot.Size.small
    let rows = (charts.count + Self.columns - 1) / Self.columns
    return canvas(width: Double(Self.columns) * size.width, height: Double(max(1, rows)) * size.height) {
      for (index, panel) in panels.enumerated() {
        panel
          .with("x", (Double(index % Self.columns) * size.width).inPixels)
          .with("y", (Double(index / Self.columns) * size.height).inPixels)
          .with("width", size.width.inPixels).with("height", size.height.inPixels)
      }
    }
  }
}
