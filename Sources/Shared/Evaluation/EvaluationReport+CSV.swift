extension EvaluationReport {
  /// The classes as CSV, in the order of the labels: a line of names as in the JSON, then a line for each class, with
  /// nothing where there is no value.
  ///
  /// Fields are quoted as by RFC 4180; lines end as on Unix.
  public var csv: String {
    let header = "index,name,positives,auc,d_prime,ap,chance_ap\n"
    return header
      + perClass.map { row in
        let metrics = [row.auc, row.dPrime, row.averagePrecision, row.chanceAveragePrecision]
        let fields = ["\(row.index)", Self.quoted(row.name), "\(row.positives)"]
        return (fields + metrics.map { $0.map { "\($0)" } ?? "" }).joined(separator: ",") + "\n"
      }.joined()
  }

  /// A field in quotes, where it needs them; blanks at its ends do too, since many readers drop them.
  private static func quoted(_ field: String) -> String {
    // By scalars: as characters, a line's end is one of its own, and a quote may be hidden under an accent.
    let scalars = field.unicodeScalars
    guard
      scalars.contains(where: { ",\"\r\n".unicodeScalars.contains($0) }) || field.hasPrefix(" ") || field.hasSuffix(" ")
    else { return field }
    let doubled = scalars.split(separator: "\"", omittingEmptySubsequences: false).map { String($0) }
    return "\"" + doubled.joined(separator: "\"\"") + "\""
  }
}
