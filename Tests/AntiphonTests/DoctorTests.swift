import Clusters
import Foundation
import Parameters
import Testing

@testable import Antiphon

/// What the doctor thinks of facts, most of them wrong.
@Suite struct `The doctor` {
  private let scratch: Scratch

  init() throws { scratch = try Scratch() }

  private static let machine = MachineFacts(
    processors: 8, cores: 8, availableBytes: 16 << 30, hugePages: "always [madvise] never", openFiles: 1 << 20,
    loopbackError: nil, listeningError: nil)
  private static let libraries = LibraryFacts(
    messages: "4.3.4", hasKeys: true, linearAlgebra: "OpenBLAS 0.3.21 NO_AFFINITY", linearAlgebraKernel: "Zen",
    fittingKernel: nil, fourierTransform: "fftw-3.3.10", soundFiles: "libsndfile-1.2.0", resampling: "libsoxr-0.1.3")

  private func needs(workers: Int = 4, lanes: Int = 1, keep: Int = 5) throws -> RunNeeds {
    var settings = RunSettings.sample(workers: workers, lanes: lanes)
    settings.checkpoints.keep = keep
    return try RunNeeds(settings)
  }

  @Test func `has nothing against a good machine`() throws {
    let findings = try Self.machine.findings(needs()) + Self.libraries.findings + FolderFacts().findings(needs())
    #expect(findings.count == 14)
    for finding in findings { #expect(finding.state == .ok && finding.advice == nil, "\(finding)") }
    #expect(DoctorReport(findings).lines.last == "0 problems, 0 warnings")
  }

  static let machines: [(String, Finding.State, @Sendable (inout MachineFacts) -> Void)] = [
    ("open files", .warning, { $0.openFiles = 1024 }),
    ("huge pages", .warning, { $0.hugePages = "always madvise [never]" }),
    ("huge pages", .warning, { $0.hugePages = nil }),
    ("memory", .problem, { $0.availableBytes = 50 << 20 }),
    ("ports", .problem, { $0.loopbackError = "zmq_bind: Permission denied" }),
    ("ports", .problem, { $0.listeningError = "zmq_bind: Permission denied" }),
  ]

  @Test(arguments: machines.indices)
  func `finds what is wrong with a machine, and that alone`(index: Int) throws {
    let (check, state, spoil) = Self.machines[index]
    var facts = Self.machine
    spoil(&facts)
    expect(try facts.findings(needs()), check, state)
  }

  @Test func `finds too few open files for a run of many workers`() throws {
    var facts = Self.machine
    facts.openFiles = 1024
    #expect(facts.openFilesFinding(try needs(workers: 600)).state == .problem)
    #expect(facts.openFilesFinding(try needs(workers: 200, lanes: 4)).state == .problem)
    #expect(facts.openFilesFinding(nil).found == "1024 at most, enough for about 896 workers")
  }

  static let librarySpoils: [(String, Finding.State, @Sendable (inout LibraryFacts) -> Void)] = [
    ("libzmq", .problem, { $0.hasKeys = false }),
    ("OpenBLAS", .warning, { $0.fittingKernel = "Haswell" }),
    ("sound", .warning, { $0.soundFiles = "libsndfile-1.0.31" }),
    ("sound", .warning, { $0.soundFiles = "" }),
  ]

  @Test(arguments: librarySpoils.indices)
  func `finds what is wrong with a library, and that alone`(index: Int) {
    let (check, state, spoil) = Self.librarySpoils[index]
    var facts = Self.libraries
    spoil(&facts)
    expect(facts.findings, check, state)
  }

  static let folders: [(String, Finding.State, @Sendable (inout FolderFacts) -> Void)] = [
    ("creation", .problem, { $0.creators = 2 }),
    ("creation", .problem, { $0.creators = 0 }),
    ("renaming", .problem, { $0.brokenReadings = 1 }),
    ("locking", .problem, { $0.isLockExclusive = false }),
    ("locking", .warning, { $0.lockError = "No locks available" }),
    ("speed", .warning, { $0.slowestWriteSeconds = 3 }),
    ("clock", .warning, { $0.skewSeconds = 10 }),
    ("clock", .warning, { $0.skewSeconds = -10 }),
    ("clock", .problem, { $0.skewSeconds = -1000 }),
    ("disk space", .problem, { $0.freeBytes = 1000 }),
  ]

  @Test(arguments: folders.indices)
  func `finds what is wrong with a folder, and that alone`(index: Int) throws {
    let (check, state, spoil) = Self.folders[index]
    var facts = FolderFacts()
    spoil(&facts)
    expect(try facts.findings(needs()), check, state)
  }

  @Test func `warns where not all checkpoints that are kept have room`() throws {
    var facts = FolderFacts()
    let needs = try needs(keep: 5)
    facts.freeBytes = 3 * needs.checkpointBytes
    #expect(facts.spaceFinding(needs).state == .warning)
    facts.freeBytes = 6 * needs.checkpointBytes
    #expect(facts.spaceFinding(needs).state == .ok)
  }

  @Test func `says only that a folder cannot be written where that is so`() throws {
    let facts = FolderFacts.gathered(of: scratch.path("nowhere"))
    expect(try facts.findings(needs()), "folder", .problem)
  }

  @Test func `finds a local folder good, and leaves nothing in it`() throws {
    let folder = scratch.path("run")
    try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    let facts = FolderFacts.gathered(of: folder)
    let findings = [facts.creationFinding, facts.renamingFinding, facts.lockFinding, facts.clockFinding]
    for finding in findings { #expect(finding.state == .ok, "\(finding)") }
    #expect(facts.writingError == nil && facts.freeBytes > 0 && facts.slowestWriteSeconds > 0)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder) == [])
  }

  @Test func `finds what is wrong with keys`() throws {
    let folder = try RunFolder(creating: scratch.path("run"), .sample())
    func finding() -> Finding { KeyFacts.gathered(of: folder.keys).finding }
    #expect(finding().state == .ok, "\(finding())")

    try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: folder.keys.clientFile)
    #expect(finding().state == .problem && finding().found.contains("mode 644"), "\(finding())")
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: folder.keys.clientFile)

    let admitted = try String(contentsOfFile: folder.keys.admittedFile, encoding: .utf8)
    try overwrite(folder.keys.admittedFile, with: "\n")
    #expect(finding().state == .problem && finding().found.contains("is not in"), "\(finding())")
    try overwrite(folder.keys.admittedFile, with: admitted)
    #expect(finding().state == .ok)

    let other = try RunFolder(creating: scratch.path("other"), .sample())
    let strange = try String(contentsOfFile: "\(other.keys.path)/server", encoding: .utf8)
    try overwrite("\(folder.keys.path)/server", with: strange)
    #expect(finding().state == .problem && finding().found.contains("another key"), "\(finding())")

    try FileManager.default.removeItem(atPath: folder.keys.path)
    #expect(finding().state == .warning, "\(finding())")
  }

  @Test func `finds checkpoints that are damaged, lost or out of reach`() {
    let good = CheckpointFacts(location: "here", step: 20, recordedStep: 20)
    #expect(good.finding.state == .ok && CheckpointFacts(location: "here").finding.state == .ok)
    var damaged = good
    damaged.refused = ["step-30 is damaged"]
    expect([damaged.finding], "checkpoints", .warning)
    damaged.step = nil
    expect([damaged.finding], "checkpoints", .problem)
    expect([CheckpointFacts(location: "here", recordedStep: 20).finding], "checkpoints", .problem)
    expect([CheckpointFacts(location: "s3://b", error: "cannot reach it").finding], "checkpoints", .problem)
  }

  @Test func `names the servers that do not answer`() throws {
    let facts = ServerFacts(servers: [
      .init(index: 0, address: "10.0.0.1:5000", error: nil), .init(index: 1, address: nil, error: nil),
      .init(index: 2, address: "10.0.0.3:5000", error: "silent for 3 s"),
    ])
    #expect(facts.findings.map(\.check) == ["server 1", "server 2"])
    #expect(facts.findings.allSatisfy { $0.state == .problem })
    #expect(ServerFacts(servers: []).findings.map(\.state) == [.ok])
  }

  @Test func `asks a server that is there, and one that has gone, and ends with 1 for that`() async throws {
    let run = scratch.path("run")
    _ = try RunFolder(creating: run, .sample())
    let server = try Programs.start("paramserver", ["--run", run, "--index", "0", "--count", "1"], in: scratch)
    while server.process.isRunning, !FileManager.default.fileExists(atPath: "\(run)/members/server-0.json") {
      try await Task.sleep(for: .milliseconds(20))
    }
    let good = try await Programs.antiphon("doctor", run, "--json", in: scratch)
    #expect(good.code == 0, "\(good.output)\(good.errors)")
    #expect(good.output.contains(#""found":"all 1 answer","state":"ok""#), "\(good.output)")
    kill(server.process.processIdentifier, SIGKILL)
    _ = try await server.end(within: 20)
    let bad = try await Programs.antiphon("doctor", run, in: scratch)
    #expect(bad.code == 1 && bad.output.contains("problem  server 0"), "\(bad.output)\(bad.errors)")
    #expect(bad.output.contains("\n1 problem, "), "\(bad.output)")
  }

  private func expect(_ findings: [Finding], _ check: String, _ state: Finding.State) {
    let wrong = findings.filter { $0.state != .ok }
    #expect(wrong.map(\.check) == [check] && wrong.map(\.state) == [state], "\(findings)")
    for finding in wrong { #expect(finding.advice?.isEmpty == false && !finding.line.contains("\n")) }
  }

  private func overwrite(_ path: String, with text: String) throws {
    let file = try FileHandle(forWritingTo: URL(filePath: path))
    try file.truncate(atOffset: 0)
    try file.write(contentsOf: Data(text.utf8))
    try file.close()
  }
}

extension RunSettings {
  fileprivate static func sample(workers: Int = 1, lanes: Int = 1) -> RunSettings {
    RunSettings(
      run: 7, model: "resnet14-w8", classes: 3, vocabularyDigest: "none", dataset: "none", trainingShards: 1, seed: 0,
      batch: 16, steps: 10, learningRate: LearningRateSchedule(1e-3), optimizer: .adam(.init()),
      consistency: .async, checkpoints: CheckpointPolicy(everySteps: 0, everySeconds: 0), servers: 1, lanes: lanes,
      replicas: 0, workers: workers)
  }
}
