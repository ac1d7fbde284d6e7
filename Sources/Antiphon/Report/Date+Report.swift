import Foundation

extension Date {
  /// To the minute, as `2026-11-28 22:55 UTC`.
  var inWords: String {
    let time = Date.ISO8601FormatStyle(dateSeparator: .dash, dateTimeSeparator: .space, timeZone: .gmt)
      .year().month().day().time(includingFractionalSeconds: false)
    return String(formatted(time).prefix(16)) + " UTC"
  }
}
