import ArgumentParser
import Checkpoints
import Clusters
import Foundation
import Logging
import Models
import Parameters
import Telemetry
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

  @Option(help: "Which server this is, from 0.")
  var index: Int

  @Option(help: "The number of servers.")
  var count: Int

  @Option(
    help: """
      Where to listen; port 0 is any free one, and a server's other lanes listen on the ports that follow. Beyond \
      loopback only those are let in who have a key that RUN/keys admits ('antiphon keys').
      """)
  var listen = "tcp://127.0.0.1:0"

  @Option(help: "The host by which workers and other servers reach this one; by default the one it listens on.")
  var advertise: String?

  @Flag(help: "Ask for no keys beyond loopback: anybody who can connect may change the parameters.")
  var insecure = false

  @Flag(help: "End, in good order, when the process that started this one has gone.")
  var stopWithParent = false

  func validate() throws {
    guard count > 0 else { throw ValidationError("--count must be positive, it is \(count).") }
    guard (0..<count).contains(index) else {
      throw ValidationError("--index must be in 0..<\(count) (--count), it is \(index).")
    }
    _ = try listeningPlace
  }

  func run() throws {
    let stop = StopSignal()
    stop.followSignals()
    if stopWithParent { stop.followParent() }
    var log = Logger(label: "paramserver") { StreamLogHandler.standardError(label: $0) }
    log[metadataKey: "server"] = "\(index)"
    do {
      let folder = try RunFolder(opening: runFolder)
      var settings = try folder.settings()
      settings.servers = count
      try settings.checkReplicas()
      guard try index == 0 || !hasEnded(folder, at: settings.steps) else {
        return log.notice("the run has all its steps, and its last checkpoint: there is nothing left to serve")
      }
      let context = try Context(threads: settings.lanes)
      let door = try door(of: folder, in: context, log)
      let lane = try ServerLane(
        in: context, listening: listen, run: settings.run, door: door,
        generation: try Generation.claim(in: folder, server: index))
      let identity = ServerIdentity(folder: folder, index: index, count: count, generation: lane.generation)
      let address = try advertised(lane.endpoint)
      var server = try ServerProcess(
        starting: identity, settings: settings, lane: lane, door: door, address: address,
        endpoint: endpoint(ofLane:), context: context, log: log)
      try server.serve { stop.isSent }
    } catch {
      log.error("\(error)")
      throw ExitCode(error: error)
    }
  }

  /// Whether a run is over for good: then there may be no server 0 any more that would tell another one to end.
  private func hasEnded(_ folder: RunFolder, at steps: Int) throws -> Bool {
    guard let last = try folder.lastStatus() else { return false }
    return last.state == .finished && last.step >= steps && last.lastCheckpointStep == last.step
  }

  /// Who lets clients in; `nil` where all may come.
  private func door(of folder: RunFolder, in context: Context, _ log: Logger) throws -> Doorkeeper? {
    guard !insecure, try !ServerAddress.isLoopback(listeningPlace.host) else { return nil }
    guard folder.keys.exists else {
      throw ClusterError(
        "--listen \(listen) is beyond loopback, and there is no \(folder.keys.path): make the run's keys with "
          + "'antiphon keys \(runFolder)', or say --insecure if the parameters are to be open to all")
    }
    let admission = try Admission(folder.keys) { [log] in log.error("\($0)") }
    return try Doorkeeper(in: context, keys: folder.keys.server()) { admission.admits($0) }
  }

  private var listeningPlace: (host: String, port: UInt16) {
    get throws {
      let place = listen.dropFirst("tcp://".count)
      guard listen.hasPrefix("tcp://"), let colon = place.lastIndex(of: ":"), colon > place.startIndex,
        let port = UInt16(place[place.index(after: colon)...])
      else { throw ValidationError("--listen must be tcp://HOST:PORT, it is '\(listen)'.") }
      return (String(place[..<colon]), port)
    }
  }

  /// Other lanes listen on the ports that follow, or on free ones as the first does.
  private func endpoint(ofLane lane: Int) throws -> String {
    let (host, port) = try listeningPlace
    guard port > 0 else { return "tcp://\(host):0" }
    guard let next = UInt16(exactly: Int(port) + lane) else {
      throw SettingsError("expected a --listen port with room for \(lane) lanes behind it, not \(port)")
    }
    return "tcp://\(host):\(next)"
  }

  /// `host:port`, as others reach the lane.
  private func advertised(_ endpoint: String) throws -> String {
    let port = endpoint[endpoint.index(after: endpoint.lastIndex(of: ":")!)...]
    return "\(try advertise ?? listeningPlace.host):\(port)"
  }
}

extension ExitCode {
  /// 75 where another try may succeed, 78 where it cannot.
  init(error: any Error) {
    switch error {
    case let error as ClusterError: self.init(error.mayPass ? 75 : 78)
    case is SettingsError, is ModelError, is CheckpointError: self.init(78)
    case TransportError.call, TransportError.refused, ServerError.replaced: self.init(78)
    default: self.init(75)
    }
  }
}
