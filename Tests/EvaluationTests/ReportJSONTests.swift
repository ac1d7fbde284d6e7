import Evaluation
import Foundation
import Testing

@Suite struct `The JSON of an evaluation report` {
  /// A perfect class, one that is never there, and one in between.
  static let report = try! EvaluationReport(
    clips: [[0.9, 0.5, 0.1], [0.8, 0.4, 0.3], [0.1, 0.3, 0.2]], labels: [[0], [2], [2]],
    names: ["perfect", "never", "between"])
  static let empty = try! EvaluationReport(clips: [], labels: [], names: ["a"])

  @Test func `survives a round trip`() throws {
    for report in try GoldenFile.stored.cases.map({ try $0.report() }) + [Self.report, Self.empty] {
      #expect(try JSONDecoder().decode(EvaluationReport.self, from: JSONEncoder().encode(report)) == report)
    }
  }

  @Test(arguments: [report, empty]) func `has exactly the fixed keys, whether there are values or not`(
    _ report: EvaluationReport
  ) throws {
    let object = try Self.object(report)
    #expect(
      Set(object.keys) == [
        "auc", "d_prime", "map", "chance_map", "clips", "classes", "scored_classes", "per_class",
      ])
    let rows = try #require(object["per_class"] as? [[String: Any]])
    #expect(rows.count == report.classes)
    for row in rows {
      #expect(Set(row.keys) == ["index", "name", "positives", "auc", "d_prime", "ap", "chance_ap"])
    }
  }

  @Test func `has each value under its key, and null where there is none`() throws {
    let object = try Self.object(Self.report)
    #expect(object["auc"] as? Double == 1)
    #expect(object["d_prime"] is NSNull)
    #expect(object["map"] as? Double == 1)
    #expect(object["chance_map"] as? Double == 0.5)
    #expect(object["clips"] as? Int == 3)
    #expect(object["classes"] as? Int == 3)
    #expect(object["scored_classes"] as? Int == 2)
    let rows = try #require(object["per_class"] as? [[String: Any]])
    #expect(rows[0]["name"] as? String == "perfect")
    #expect(rows[0]["index"] as? Int == 0)
    #expect(rows[0]["positives"] as? Int == 1)
    #expect(rows[0]["auc"] as? Double == 1)
    #expect(rows[0]["d_prime"] is NSNull)
    #expect(rows[0]["ap"] as? Double == 1)
    #expect(rows[0]["chance_ap"] as? Double == 1.0 / 3)
    #expect(["auc", "d_prime", "ap", "chance_ap"].allSatisfy { rows[1][$0] is NSNull })
  }

  static func object(_ report: EvaluationReport) throws -> [String: Any] {
    try #require(JSONSerialization.jsonObject(with: JSONEncoder().encode(report)) as? [String: Any])
  }
}
