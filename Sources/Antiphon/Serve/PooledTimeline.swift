/// What a picture shows of values over time, however long that is: columns of bytes, neighbours of which become one, with
/// the higher of their values, whenever there are too many.
struct PooledTimeline: Sendable {
  let rows: Int
  /// Column after column.
  private(set) var values: [UInt8] = []
  /// How many of those that were added are one column.
  private(set) var perColumn = 1
  private let mostColumns: Int
  /// Of the last column, which is not whole.
  private var waiting = 0

  /// - Parameter mostColumns: Even.
  init(rows: Int, mostColumns: Int = 2_048) {
    precondition(rows > 0 && mostColumns > 0 && mostColumns.isMultiple(of: 2), "columns become one by pairs")
    self.rows = rows
    self.mostColumns = mostColumns
  }

  var columns: Int { values.count / rows }

  /// - Parameter column: A value of each row.
  mutating func add(_ column: some Collection<UInt8>) {
    precondition(column.count == rows, "a column has \(rows) values")
    if waiting > 0 {
      let first = values.count - rows
      for (row, value) in column.enumerated() { values[first + row] = max(values[first + row], value) }
    } else {
      if columns == mostColumns { halve() }
      values += column
    }
    waiting = (waiting + 1) % perColumn
  }

  private mutating func halve() {
    for column in 0..<columns / 2 {
      for row in 0..<rows {
        values[column * rows + row] = max(values[2 * column * rows + row], values[(2 * column + 1) * rows + row])
      }
    }
    values.removeLast(values.count / 2)
    perColumn *= 2
  }

  /// The values of one row.
  func row(_ row: Int) -> [UInt8] { stride(from: row, to: values.count, by: rows).map { values[$0] } }
}
