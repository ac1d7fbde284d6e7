import Clusters
import Foundation
import Models
import Parameters
import Telemetry
import Tensors
import Training
import Transport
import Wire

/// A run in a temporary folder: the real servers, and synthetic workers.
final class BenchmarkedRun {
  private let setting: BenchmarkSetting
  private let settings: RunSettings
  private let folder: RunFolder
  private let network: Network
  private let manifest: Manifest
  private let cluster: LocalCluster
  private var workers: [PhaseProcess] = []
  private var serverProcesses: [Int32] = []
  private var pushes: [Int]
  private let interrupting: () throws -> Void
  private var saving: RepeatedSaving?

  /// Starts all processes, and waits until they are ready.
  ///
  /// - Parameters:
  ///   - path: A folder that is not there yet.
  ///   - interrupting: Throws once the measurement is to end.
  init(_ setting: BenchmarkSetting, in path: String, interrupting: @escaping () throws -> Void) throws {
    self.setting = setting
    self.interrupting = interrupting
    settings = setting.run
    network = Network(setting.model, classes: settings.classes)
    manifest = Manifest(of: network)
    pushes = Array(repeating: 0, count: setting.workers)
    folder = try RunFolder(creating: path, settings)
    cluster = try LocalCluster(
      folder, wanted: ProcessName.all(servers: setting.servers, workers: 0), programs: LocalTraining.programs,
      threads: { _ in 1 })
    do {
      try start()
    } catch {
      kill()
      throw error
    }
  }

  /// The bytes of all weights.
  var modelBytes: Int { manifest.count * MemoryLayout<Float>.size }
  var logs: String { folder.logs }

  private func start() throws {
    let members = Members(folder: folder.members)
    while serverProcesses.isEmpty {
      try watch()
      let all = try members.waitForServers(timeoutSeconds: 1, isCancelled: { true })
      serverProcesses = all?.map(\.pid) ?? []
      Thread.sleep(forTimeInterval: 0.01)
    }
    for index in 0..<setting.workers {
      workers.append(
        try PhaseProcess(
          "worker \(index)",
          [
            "bench", "synthetic-worker", "--run", folder.path, "--index", "\(index)", "--compute",
            "\(setting.computeSeconds)", "--transport", setting.transport.rawValue,
          ], log: "\(folder.logs)/worker-\(index).log"))
    }
    _ = try workers.hear(String.self, interrupting: watch)
  }

  /// Has every worker do some steps.
  func perform(_ work: BenchmarkSetting.Work, steps: Int) throws -> [PhaseReport] {
    let reports = try workers.perform("\(work.rawValue) \(steps)", interrupting: watch)
    if work != .pull {
      for (index, report) in reports.enumerated() { pushes[index] += report.steps }
    }
    return reports
  }

  /// Does something while the servers write their shards of a checkpoint, one checkpoint after the other.
  ///
  /// - Returns: The seconds that each checkpoint took, the last of which went on beyond the work.
  func whileSaving(_ work: () throws -> Void) throws -> [Double] {
    let saving = try self.saving ?? RepeatedSaving(lines: lines(), into: folder.checkpoints)
    self.saving = saving
    let earlier = saving.seconds.count
    saving.isWanted = true
    try work()
    saving.isWanted = false
    while saving.isOpen {
      try watch()
      Thread.sleep(forTimeInterval: 0.002)
    }
    return Array(saving.seconds[earlier...])
  }

  /// What servers and workers have used so far.
  func usage() throws -> (servers: ProcessUsage, all: ProcessUsage) {
    (try ProcessUsage(of: serverProcesses), try ProcessUsage(of: serverProcesses + workers.map(\.pid)))
  }

  /// What the threads of server 0 have used so far.
  func serverThreads() throws -> ThreadUsage { try ThreadUsage(of: serverProcesses[0]) }

  /// How many messages a worker sends to each server, each time that it pushes the model.
  var messages: [Int] { ShardPlan(manifest, servers: setting.servers).runs.map { manifest.parcels(of: $0).count } }

  /// How the run is, as server 0 knows it.
  func status() throws -> RunStatus {
    let reply = try lines().answer(to: .status)
    guard case .status(let json) = reply else { throw BenchmarkError("expected the status of the run from server 0") }
    return try JSONDecoder().decode(RunStatus.self, from: Data(json))
  }

  /// Checks that every push is in the weights exactly once.
  func check() throws {
    let client = RemoteParameters(try lines(), manifest: manifest, incarnation: 0)
    var judge = WeightJudge(network, settings: settings, pushes: pushes)
    for tensor in manifest.entries.indices {
      client.pull(tensors: tensor..<tensor + 1)
      var wrong: BenchmarkError?
      try client.wait(forTensors: tensor..<tensor + 1) { tensor, row, values in
        wrong = wrong ?? judge.fault(of: tensor, fromRow: row, values)
      }
      if let wrong { throw wrong }
    }
    let total = pushes.reduce(0, +)
    if let chunk = manifest.chunks.indices.first(where: { client.versions[$0] != UInt64(total) }) {
      throw BenchmarkError("expected \(total) updates of each chunk, chunk \(chunk) had \(client.versions[chunk])")
    }
  }

  func kill() {
    for worker in workers { worker.kill() }
    cluster.kill()
    while cluster.isAnyRunning {
      _ = cluster.hearEndings(at: Clock.seconds)
      Thread.sleep(forTimeInterval: 0.01)
    }
  }

  private func lines() throws -> ServerLines { try ServerLines(of: folder, settings, setting.transport) { false } }

  /// A server that died would be started again without what it held: nothing that is measured then counts.
  private func watch() throws {
    try interrupting()
    try saving?.goOn()
    let notes = try cluster.tick(at: Clock.seconds)
    if let note = notes.first { throw BenchmarkError("\(note)") }
  }
}
