import Foundation
import Planning
import Testing

@testable import Antiphon

/// `antiphon plan`, as a user runs it.
@Suite struct `The plan` {
  private struct Report: Decodable {
    struct Row: Decodable {
      let workers: Int
      let servers: Int
      let stepsPerSecond: Double
      let examplesPerSecond: Double
      let formulaStepsPerSecond: Double
      let stalenessMean: Double
      let shareOfLinear: Double
      let limitedBy: String
    }

    let modelBytes: Int
    let computeSeconds: Double
    let areServersChosen: Bool
    let assumed: [String]
    let plan: Row
    let kneeWorkers: Double?
    let table: [Row]
  }

  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private func plan(_ arguments: String...) async throws -> Report {
    let ending = try await Programs.start("antiphon", ["plan"] + arguments + ["--json"], in: scratch).end(within: 60)
    try #require(ending.code == 0, "\(ending.errors)")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    return try decoder.decode(Report.self, from: Data(ending.output.utf8))
  }

  /// A file of a calibration in which a mini-batch of 128 of ResNet-50 takes a second on eight cores.
  private func calibration() throws -> String {
    var calibration = Calibration.assumed
    (calibration.threads, calibration.computeSeconds) = (8, 1)
    let path = scratch.path("calibration.json")
    try calibration.write(to: path)
    return path
  }

  @Test func `tells the speed of a calibrated machine, and what it assumes of others`() async throws {
    let one = try await plan(
      "--model", "resnet50", "--workers", "2", "--servers", "2", "--network", "100gbit", "--calibration", calibration())
    #expect(one.assumed == [] && !one.areServersChosen && one.plan.servers == 2)
    #expect(one.computeSeconds == 1 && one.modelBytes == 119_520_572)
    #expect(one.plan.stepsPerSecond <= 2 && one.plan.stepsPerSecond > 1.8)
    #expect(one.plan.examplesPerSecond == one.plan.stepsPerSecond * 128)
    #expect(abs(one.plan.stalenessMean - 1) < 0.05)

    let half = try await plan(
      "--model", "resnet50", "--workers", "2", "--servers", "2", "--network", "100gbit", "--cores", "4",
      "--calibration",
      calibration())
    #expect(half.computeSeconds == 2 && half.assumed.count == 1)
    #expect(half.plan.stepsPerSecond < 0.55 * one.plan.stepsPerSecond)
  }

  @Test func `chooses servers for which more workers still bring something`() async throws {
    let few = try await plan("--model", "resnet50-w16", "--workers", "4")
    let many = try await plan("--model", "resnet50-w16", "--workers", "8")
    #expect(few.areServersChosen && few.plan.servers >= 1 && many.plan.servers >= few.plan.servers)
    for report in [few, many] {
      let knee = try #require(report.kneeWorkers)
      #expect(knee > Double(report.plan.workers), "the knee lies beyond the workers that were asked for")
      #expect(report.table.map(\.workers) == report.table.map(\.workers).sorted())
      #expect(report.table.contains { $0.workers == report.plan.workers })
    }
  }

  @Test func `has workers of one machine share its cores`() async throws {
    let report = try await plan(
      "--model", "resnet50-w16", "--workers", "4", "--servers", "1", "--hosts", "1", "--cores", "2", "--calibration",
      calibration())
    let one = try #require(report.table.first { $0.workers == 1 })
    #expect(report.plan.stepsPerSecond <= 1.1 * one.stepsPerSecond)
    #expect(report.plan.shareOfLinear < 0.3, "of four workers that have a machine each")
    #expect(try #require(report.kneeWorkers) < 1.5, "one worker has all cores of the machine")
  }

  @Test
  func
    `meets the paper's two speeds that it was fitted to, and of the other three Inception's alone to within a tenth`()
    throws
  {
    let report = try PaperReport(steps: 6)
    #expect(report.rows.map(\.gpus) == [10, 20, 10, 40, 20] && report.rows.map(\.servers) == [5, 10, 5, 20, 10])
    #expect(report.rows.filter(\.isFitted).map(\.model) == ["vgg19", "resnet50"])
    #expect(report.rows.filter { abs($0.ratio - 1) < 0.1 }.map(\.model) == ["vgg19", "inception", "resnet50"])
    #expect(report.rows.allSatisfy { (0.6...1.6).contains($0.ratio) })
    let vgg = try #require(report.rows.first { $0.model == "vgg19" })
    #expect(try (8...12).contains(#require(vgg.kneeGpus)), "fitted too: its servers are taken to be full at 10 GPUs")
  }

  @Test(arguments: [
    ["--workers", "4"], ["--model", "resnet50", "--workers", "0"],
    ["--model", "resnet50", "--workers", "2", "--lanes", "0"],
    ["--model", "resnet50", "--workers", "2", "--network", "10"],
    ["--model", "resnet50", "--workers", "2", "--round-trip-milliseconds", "-1"],
  ])
  func `refuses what cannot be planned`(arguments: [String]) async throws {
    let ending = try await Programs.start("antiphon", ["plan"] + arguments, in: scratch).end(within: 20)
    #expect(ending.code == 64 && ending.output.isEmpty, "\(ending.errors)")
  }

  @Test(arguments: ["", "{}", "no JSON", #"{"model": "x"}"#])
  func `says what is wrong with a calibration, in a line`(text: String) async throws {
    let path = try scratch.write(text, to: "calibration.json")
    let ending = try await Programs.antiphon(
      "plan", "--model", "resnet50", "--workers", "2", "--calibration", path, in: scratch)
    #expect(ending.code == 78 && ending.errors.split(separator: "\n").count == 1, "\(ending.errors)")
    #expect(ending.errors.contains("expected a calibration"))
  }

  @Test func `does not plan backup workers, a negative cost, or a network that there is not`() async throws {
    var wrong = Calibration.assumed
    wrong.costs.lane.secondsPerByte = -1
    try wrong.write(to: scratch.path("wrong.json"))
    for (arguments, words) in [
      (["--model", "resnet50", "--workers", "4", "--consistency", "sync:1"], "without backup workers"),
      (["--model", "resnet51", "--workers", "4"], "expected a model"),
      (["--model", "resnet50", "--workers", "4", "--calibration", scratch.path("wrong.json")], "seconds must be in"),
    ] {
      let ending = try await Programs.start("antiphon", ["plan"] + arguments, in: scratch).end(within: 20)
      #expect(ending.code == 78 && ending.errors.contains(words), "\(ending.errors)")
    }
  }
}
