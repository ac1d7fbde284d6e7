import ArgumentParser
import Checkpoints
import Clusters
import Foundation
import HTTP
import Logging
import Models
import Parameters
import Programs
import Telemetry
import Training
import Transport

@main
struct ParamServer: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "paramserver",
    abstract: "Holds one share of the parameters of a run, and applies the gradients that workers send.",
    discussion: """
      All servers of a run need its folder, which 'antiphon train' writes ('--only-configure' writes it and starts \
      nothing). Server 0 also counts steps, hands out the training data, and has checkpoints made. A server that is \
      started again goes on from the newest good checkpoint; so does a run with another number of servers.

      Exit codes: 0 the run has ended, 75 start it again, 78 the configuration is wrong: starting it again is no use, \
      64 a flag is wrong.
      """)

  @Option(name: .customLong("run"), help: "The folder of the run, on a disk that all of its servers share.")
  var runFolder: String

  @Option(help: "Which server this is, from 0; by default as TF_CONFIG or Slurm's environment has it.")
  var index: Int?

  @Option(help: "The number of servers; by default the one that the run is configured for.")
  var count: Int?

  @Option(
    help: """
      Where to listen, as tcp://HOST:PORT; * are all addresses of this host, port 0 is any free one, and a server's other \
      lanes listen on the ports that follow. Beyond loopback only those are let in who have a key that RUN/keys admits \
      ('antiphon keys'). By default the port that TF_CONFIG or Slurm's environment has, and without them one of loopback.
      """)
  var listen: String?

  @Option(help: "The host by which workers and other servers reach this one; by default the one it listens on.")
  var advertise: String?

  @Flag(help: "Ask for no keys beyond loopback: anybody who can connect may change the parameters.")
  var insecure = false

  @OptionGroup var process: ProcessOptions

  func validate() throws {
    if let count, count < 1 { throw ValidationError("--count must be positive, it is \(count).") }
    if let index, index < 0 || index >= count ?? .max {
      throw ValidationError(
        "--index must be in 0..<\(count.map { "\($0) (--count)" } ?? "the number of servers"), it is \(index).")
    }
    do {
      _ = try listen.map { try ServerPlace.parse($0) }
    } catch { throw ValidationError("\(error)") }
  }

  func run() throws {
    let stop = process.stopSignal()
    var log = Logger(label: "paramserver") { StreamLogHandler.standardError(label: $0) }
    let pages = process.pages()
    do {
      let launcher = index == nil || listen == nil ? try Launcher(ProcessInfo.processInfo.environment) : nil
      let (index, source) = try identity(launcher)
      log[metadataKey: "server"] = "\(index)"
      log.notice("told who this is", metadata: ["by": "\(source)"])
      let pageServer = try process.show(pages, log)
      defer { pageServer?.stop() }
      try serve(RunFolder(opening: runFolder), as: index, launcher, telling: pages, stop, log)
    } catch let code as ExitCode {
      throw code
    } catch {
      log.error("\(error)")
      throw ExitCode(error: error)
    }
  }

  /// Which server this is, and what says it.
  private func identity(_ launcher: Launcher?) throws -> (index: Int, source: String) {
    if let index { return (index, "--index") }
    guard let launcher else {
      throw ClusterError("expected --index, TF_CONFIG or a task of Slurm to say which server this is")
    }
    return (try launcher.serverIndex(), launcher.name)
  }

  private func serve(
    _ folder: RunFolder, as index: Int, _ launcher: Launcher?, telling pages: ProcessPages, _ stop: StopSignal,
    _ log: Logger
  ) throws {
    var settings = try folder.settings()
    settings.servers = count ?? settings.servers
    try settings.checkServers(of: Manifest(of: settings))
    guard index < settings.servers else {
      throw ClusterError("this is server \(index), and the run has \(settings.servers), counted from 0")
    }
    guard try index == 0 || !hasEnded(folder, at: settings.steps) else {
      return log.notice("the run has all its steps, and its last checkpoint: there is nothing left to serve")
    }
    let store = try CheckpointStore(
      at: settings.checkpoints.place, orFolder: folder.checkpoints, environment: ProcessInfo.processInfo.environment,
      scratch: FileManager.default.temporaryDirectory.path)
    let place = try ServerPlace(listen: listen, advertise: advertise, launcher: launcher, index: index)
    let context = try Context(threads: settings.lanes)
    let door = try door(of: folder, at: place, in: context, log)
    let lane = try ServerLane(
      in: context, listening: place.endpoint, run: settings.run, door: door,
      generation: try Generation.claim(in: folder, server: index))
    let identity = ServerIdentity(
      folder: folder, store: store, index: index, count: settings.servers, generation: lane.generation)
    let address = place.advertised(lane.endpoint)
    var server = try ServerProcess(
      starting: identity, settings: settings, lane: lane, door: door, address: address,
      endpoint: place.endpoint(ofLane:), context: context, log: log)
    try server.serve(telling: pages) { stop.isSent }
    // The checkpoint that ends a run is there before any server is told of the end.
    try process.end(isFinished: store.committed().last?.step ?? 0 >= folder.settings().steps)
  }

  /// Whether a run is over for good: then there may be no server 0 any more that would tell another one to end.
  private func hasEnded(_ folder: RunFolder, at steps: Int) throws -> Bool {
    guard let last = try folder.lastStatus() else { return false }
    return last.state == .finished && last.step >= steps && last.lastCheckpointStep == last.step
  }

  /// Who lets clients in; `nil` where all may come.
  private func door(
    of folder: RunFolder, at place: ServerPlace, in context: Context, _ log: Logger
  ) throws -> Doorkeeper? {
    guard !insecure, !place.isLoopback else { return nil }
    guard folder.keys.exists else {
      throw ClusterError(
        "\(place.endpoint) is beyond loopback, and there is no \(folder.keys.path): make the run's keys with "
          + "'antiphon keys \(runFolder)', or say --insecure if the parameters are to be open to all")
    }
    let admission = try Admission(folder.keys) { [log] in log.error("\($0)") }
    return try Doorkeeper(in: context, keys: folder.keys.server()) { admission.admits($0) }
  }
}

extension ExitCode {
  /// 75 where another try may succeed, 78 where it cannot.
  init(error: any Error) {
    switch error {
    case let error as ClusterError: self.init(error.mayPass ? 75 : 78)
    case CheckpointError.unreachable(_, _, mayPass: true): self.init(75)
    case is SettingsError, is ModelError, is CheckpointError: self.init(78)
    // Somebody has the port, perhaps the start before this one, which is not quite gone.
    case TransportError.call(_, let reason) where reason == "Address already in use": self.init(75)
    case TransportError.call, TransportError.refused, ServerError.replaced: self.init(78)
    default: self.init(75)
    }
  }
}
