import Foundation
import Testing

/// What people get wrong: each has its one line on standard error, an exit code, and nothing half-written.
@Suite struct `Bad input` {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  /// Runs a program that is to fail at once, and returns what it says.
  private func complaint(
    _ program: String, _ arguments: [String], code: Int32 = 78, within seconds: Double = 30
  ) async throws -> String {
    let ending = try await Programs.start(program, arguments, in: scratch).end(within: seconds)
    #expect(ending.code == code, "\(arguments): \(ending.errors)")
    #expect(ending.output.isEmpty)
    let lines = ending.errors.split(separator: "\n").filter { !$0.contains(" notice ") && !$0.hasPrefix("prepare: ") }
    #expect(lines.count == 1, "\(arguments): \(ending.errors)")
    return String(lines.first ?? "")
  }

  @Test func `for prepare is named, and leaves no dataset`() async throws {
    let sounds = scratch.path("sounds")
    try FileManager.default.createDirectory(atPath: scratch.path("empty"), withIntermediateDirectories: true)
    try FileManager.default.createDirectory(atPath: sounds, withIntermediateDirectories: true)
    _ = try scratch.write("This is not a sound.\n", to: "sounds/text.wav")
    _ = try scratch.write("", to: "sounds/nothing.wav")
    let comma = try scratch.write("path,labels\ntext.wav,Dog, barking\n", to: "comma.csv")
    let unknown = try scratch.write("path,labels\nnowhere.wav,Dog\n", to: "unknown.csv")
    let unusable = try scratch.write("path,labels\ntext.wav,Dog\nnothing.wav,Cat\n", to: "unusable.csv")
    for (folder, labels, expected) in [
      ("nowhere", nil, "expected a folder of sounds"), ("empty", nil, "the folder is empty"),
      ("sounds", comma, "row 2"), ("sounds", unknown, "nowhere.wav"), ("sounds", unusable, "none of 2 sounds"),
      ("sounds", scratch.path("no.csv"), "no.csv: there is no such file"),
    ] {
      let options = labels.map { ["--labels", $0] } ?? []
      let line = try await complaint(
        "antiphon", ["prepare", scratch.path(folder), "--into", scratch.path("dataset")] + options)
      #expect(line.contains(expected), "\(line)")
      #expect(!FileManager.default.fileExists(atPath: scratch.path("dataset/dataset.json")))
    }
    try FileManager.default.createSymbolicLink(atPath: scratch.path("link"), withDestinationPath: sounds)
    for into in ["\(sounds)/", "\(sounds)/data/set", scratch.path("link/new")] {
      let inside = try await Programs.antiphon("prepare", sounds, "--into", into, in: scratch)
      #expect(inside.code == 64 && inside.errors.contains("--into expects a folder that"), "\(inside.errors)")
    }
  }

  @Test func `for scenes is named, and nobody's labels are written over`() async throws {
    let sounds = scratch.path("sounds")
    try FileManager.default.createDirectory(atPath: sounds, withIntermediateDirectories: true)
    let text = "path,labels\na.wav,Dog\n"
    for name in ["labels.csv", "sounds/labels.csv"] {
      let labels = try scratch.write(text, to: name)
      let into = URL(filePath: labels).deletingLastPathComponent().path
      let refused = try await Programs.antiphon("scenes", sounds, "--labels", labels, "--into", into, in: scratch)
      #expect(refused.code == 64 && refused.errors.contains("--into expects a"), "\(refused.errors)")
      #expect(try String(contentsOfFile: labels, encoding: .utf8) == text)
    }
  }

  @Test func `for the other commands is named, and makes no run`() async throws {
    let run = scratch.path("run")
    for (arguments, expected) in [
      (["train", "--run", run, "--model", "fc", "--data", scratch.path("none")], "none/dataset.json"),
      (["train", "--run", run, "--resume"], "there is no \(run)/configuration.json"),
      (["status", run], "there is no \(run)/configuration.json"),
      (["stop", run], "there is no \(run)/configuration.json"),
      (["scale", run, "--workers", "3"], "there is no \(run)/configuration.json"),
      (["evaluate", run], "there is no \(run)/configuration.json"),
    ] {
      let line = try await complaint("antiphon", arguments)
      #expect(line.contains(expected), "\(line)")
      #expect(!FileManager.default.fileExists(atPath: run))
    }
  }

  @Test func `for a number of workers is named before anybody is asked`() async throws {
    for (workers, expected) in [
      ("0", "--workers must be 1 or more, it is 0"), ("-2", "--workers must be 1 or more, it is -2"),
      ("10001", "--workers must be at most 10000, it is 10001"), ("many", "The value 'many' is invalid"),
    ] {
      let ending = try await Programs.antiphon("scale", scratch.path("run"), "--workers", workers, in: scratch)
      #expect(ending.code == 64 && ending.errors.contains(expected), "\(ending.errors)")
    }
  }

  @Test func `for the two programs is named`() async throws {
    let dataset = try await SmallDataset.prepare(in: scratch)
    let run = scratch.path("run")
    let made = try await Programs.antiphon(
      "train", "--run", run, "--model", "fc-1x8", "--data", dataset, "--servers", "1", "--only-configure", in: scratch)
    try #require(made.code == 0, "\(made.errors)")
    #expect(
      try await complaint("antiphon", ["train", "--run", run, "--model", "fc-1x8", "--data", dataset])
        .contains("holds a run already"))
    #expect(
      try await complaint("antiphon", ["train", "--run", scratch.path("other"), "--model", "vgg", "--data", dataset])
        .contains("'vgg'"))

    for command in [["stop", run], ["scale", run, "--workers", "2"]] {
      #expect(try await complaint("antiphon", command).contains("has never been started"))
    }
    let server = try Programs.start("paramserver", ["--run", run, "--index", "0", "--count", "1"], in: scratch)
    let members = "\(run)/members"
    let address = try await address(ofServerIn: members)
    #expect(
      try await complaint("worker", ["--rendezvous", members, "--index", "0", "--model", "fc-1x9"])
        .contains("the servers train fc-1x8, this worker was started for fc-1x9"))
    #expect(
      try await complaint("worker", ["--servers", "\(address),127.0.0.1:1", "--index", "0"])
        .contains("the run has 1 servers, the worker was told of 2"))
    let second = scratch.path("second")
    _ = try await Programs.antiphon(
      "train", "--run", second, "--model", "fc-1x8", "--data", dataset, "--only-configure", in: scratch)
    #expect(
      try await complaint(
        "paramserver", ["--run", second, "--index", "0", "--count", "1", "--listen", "tcp://\(address)"],
        code: 75
      ).contains("zmq_bind to tcp://\(address): Address already in use"))
    for (program, arguments) in [
      ("paramserver", ["--run", second, "--index", "0", "--count", "1"]), ("worker", ["--rendezvous", members]),
    ] {
      #expect(
        try await complaint(program, arguments + ["--http", address], code: 75)
          .contains("expected to listen on \(address) for HTTP: Address already in use"))
    }
    kill(server.process.processIdentifier, SIGTERM)
    #expect(try await server.end(within: 30).code == 0)

    let replicated = scratch.path("replicated")
    _ = try await Programs.antiphon(
      "train", "--run", replicated, "--model", "fc-1x8", "--data", dataset, "--servers", "2", "--replicas", "1",
      "--only-configure", in: scratch)
    #expect(
      try await complaint("paramserver", ["--run", replicated, "--index", "0", "--count", "1"])
        .contains("expected 0 replicas, or 1 and at least two servers, not 1 and 1"))
    let many = "expected at most 4 servers, 500 came: fc-1x8 has 4 chunks"
    #expect(
      try await complaint("paramserver", ["--run", second, "--index", "0", "--count", "500"]).contains(many))
    #expect(try await complaint("antiphon", ["train", "--run", second, "--resume", "--servers", "500"]).contains(many))
    let more = scratch.path("more")
    #expect(
      try await complaint(
        "antiphon", ["train", "--run", more, "--model", "fc-1x8", "--data", dataset, "--servers", "500"]
      ).contains(many))
    #expect(!FileManager.default.fileExists(atPath: more))
  }

  private func address(ofServerIn members: String) async throws -> String {
    struct Member: Decodable { let address: String }
    for _ in 0..<200 {
      if let data = FileManager.default.contents(atPath: "\(members)/server-0.json") {
        return try JSONDecoder().decode(Member.self, from: data).address
      }
      try await Task.sleep(for: .milliseconds(50))
    }
    throw CocoaError(.fileNoSuchFile)
  }
}
