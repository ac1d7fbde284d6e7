import Evaluation
import Testing

@Suite struct `The text of an evaluation report` {
  /// Four clips: of the classes, one is found badly, one never there, one perfect, one well, and one always there.
  static func report(_ names: [String]) throws -> EvaluationReport {
    try EvaluationReport(
      clips: [[0.1, 0, 0.9, 0.9, 0], [0.2, 0, 0.8, 0.2, 0], [0.3, 0, 0.1, 0.8, 0], [0.4, 0, 0.2, 0.1, 0]],
      labels: [[0, 2, 3, 4], [2, 3, 4], [4], [4]], names: names)
  }

  @Test func `is a table of what holds over all, then of the classes, the best first`() throws {
    #expect(
      try Self.report(["Rattle", "Zither", "Music", "Speech", "Sound"]).table == """
        AUC         0.5833  mean of 3 of 5 classes
        d-prime     0.2976  from the mean AUC
        mAP         0.6944
        chance mAP  0.4167  what random scores would get; mAP is 1.7 times that
        clips       4

            AP  chance AP     AUC  d-prime  positives  class
        1.0000     0.5000  1.0000        ∞          2  Music
        0.8333     0.5000  0.7500   0.9539          2  Speech
        0.2500     0.2500  0.0000       -∞          1  Rattle
             -          -       -        -          0  Zither (not scored: no positives)
             -          -       -        -          4  Sound (not scored: no negatives)

        """)
  }

  @Test func `keeps its columns and lines, whatever the names`() throws {
    let names = [
      "", String(repeating: "long ", count: 100), "音楽 👩‍👩‍👧", "two\nlines\r\nand\u{2028}three", "\u{1B}[31mred\u{7F}",
    ]
    let plain = try Self.report(["a", "b", "c", "d", "e"]).table.split(
      separator: "\n", omittingEmptySubsequences: false)
    let table = try Self.report(names).table
    let lines = table.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines.count == plain.count)
    let classes = try #require(plain[6].firstRange(of: "class")).lowerBound
    let width = plain[6].distance(from: plain[6].startIndex, to: classes)
    for (line, plainLine) in zip(lines, plain) { #expect(line.prefix(width) == plainLine.prefix(width)) }
    #expect(lines[7].dropFirst(width) == "音楽 👩‍👩‍👧")
    #expect(lines[8].dropFirst(width) == "two lines  and three")
    #expect(lines[10].dropFirst(width) == "\(names[1]) (not scored: no positives)")
    #expect(lines[11].dropFirst(width) == " [31mred  (not scored: no negatives)")
  }

  @Test func `says that no class was scored for want of clips`() throws {
    #expect(
      try EvaluationReport(ScoredClips(classes: 1), names: ["Music"]).table == """
        AUC         -  mean of 0 of 1 classes
        d-prime     -  from the mean AUC
        mAP         -
        chance mAP  -  what random scores would get
        clips       0

        AP  chance AP  AUC  d-prime  positives  class
         -          -    -        -          0  Music (not scored: no clips)

        """)
  }

  @Test func `is CSV with the keys of the JSON, and nothing where there is no value`() throws {
    #expect(
      try Self.report(["Rattle", "Zither", "Music", "Speech", "Sound"]).csv == """
        index,name,positives,auc,d_prime,ap,chance_ap
        0,Rattle,1,0.0,,0.25,0.25
        1,Zither,0,,,,
        2,Music,2,1.0,,1.0,0.5
        3,Speech,2,0.75,0.9538725524089398,0.8333333333333333,0.5
        4,Sound,4,,,,

        """)
  }

  @Test(arguments: [
    ("Bow-wow", "Bow-wow"), ("Child speech, kid speaking", "\"Child speech, kid speaking\""),
    ("a \"quote\"", "\"a \"\"quote\"\"\""), ("\"", "\"\"\"\""), ("two\nlines", "\"two\nlines\""),
    ("two\r\nlines", "\"two\r\nlines\""), ("an accent on \"\u{301}", "\"an accent on \"\"\u{301}\""),
    (" blanks", "\" blanks\""), ("blanks ", "\"blanks \""), ("", ""), ("Ça, 音楽", "\"Ça, 音楽\""),
  ]) func `quotes a name in CSV where it must`(name: String, quoted: String) throws {
    let csv = try EvaluationReport(ScoredClips(classes: 1), names: [name]).csv
    #expect(Array(csv.utf8) == Array("index,name,positives,auc,d_prime,ap,chance_ap\n0,\(quoted),0,,,,\n".utf8))
  }
}
