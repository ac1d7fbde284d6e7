import ArgumentParser
import Clusters
import Foundation
import Models
import Parameters
import Tensors
import Training
import Transport
import Wire

/// A worker whose computing is a timed wait, in a process of its own; started by `antiphon bench servers`.
struct SyntheticWorker: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "synthetic-worker", shouldDisplay: false)

  @Option(name: .customLong("run")) var runFolder: String
  @Option var index: Int
  @Option var compute: Double
  @Option var transport: BenchmarkSetting.Transport

  func run() throws {
    try reportingErrors {
      let stop = StopSignal()
      stop.followParent()
      let folder = try RunFolder(opening: runFolder)
      let settings = try folder.settings()
      let network = Network(try ModelSpecification(parsing: settings.model), classes: settings.classes)
      let manifest = Manifest(of: network)
      let lines = try ServerLines(of: folder, settings, transport, isCancelled: { stop.isSent })
      let (incarnation, _) = try lines.join(
        Request.Join(
          index: UInt32(index), process: UInt32(getpid()), manifest: manifest.digest,
          vocabulary: settings.vocabularyDigest))
      var training = SyntheticTraining(
        RemoteParameters(lines, manifest: manifest, incarnation: incarnation), manifest: manifest,
        stages: (0..<network.stageCount).map(network.parameterRange), batch: settings.batch, computeSeconds: compute,
        gradients: manifest.entries.map { KnownGradient(optimizer: settings.optimizer).tensor(of: $0, worker: index) })
      try PhaseReport.tell("ready")
      try PhaseReport.serve { try training.perform($0, steps: $1) }
      try training.leave()
    }
  }
}

extension ServerLines {
  /// Lines to all servers of a run on this machine.
  convenience init(
    of folder: RunFolder, _ settings: RunSettings, _ transport: BenchmarkSetting.Transport,
    isCancelled: @escaping () -> Bool
  ) throws {
    let members = Members(folder: folder.members)
    try self.init(
      in: Context(threads: settings.lanes), servers: settings.servers, lanes: settings.lanes, run: settings.run,
      route: transport == .tcp ? .tcp : .nearest,
      address: { index in
        guard let member = try members.server(index, of: settings.servers) else {
          throw ClusterError("server \(index) has not said where it is")
        }
        return member.address
      }, isCancelled: isCancelled)
  }
}
