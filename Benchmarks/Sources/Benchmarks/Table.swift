/// Columns for people: the first one begins at the left, the others end at the right.
struct Table {
  private let widths: [Int]
  let heading: String

  /// - Parameter columns: The title of each, and the width of what may stand below it.
  init(_ columns: [(title: String, width: Int)]) {
    widths = columns.map { max($0.title.count, $0.width) }
    heading = Self.line(columns.map(\.title), widths)
  }

  func row(_ cells: [String]) -> String { Self.line(cells, widths) }

  private static func line(_ cells: [String], _ widths: [Int]) -> String {
    let padded = zip(cells, widths).enumerated().map { column, cell in
      let spaces = String(repeating: " ", count: max(0, cell.1 - cell.0.count))
      return column == 0 ? cell.0 + spaces : spaces + cell.0
    }
    return padded.joined(separator: "  ")
  }
}
