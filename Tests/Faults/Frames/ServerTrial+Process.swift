import Clusters
import Foundation
import Models
import Parameters
import Telemetry
import Tensors
import Training
import Transport

extension ServerTrial {
  /// What came of a trial against the real program.
  public struct Outcome: Sendable {
    public let sent: Int
    /// Frames that the server had to drop, and those that it says it did.
    public let dropped: Int
    public let counted: Int
    /// Whether it counted all that it had to, and no more than it was sent.
    public let isCountRight: Bool
    /// By how much the server's memory grew once it was warm.
    public let growthBytes: Int
    public let pushes: Int
    /// Whether the weights are, to the last bit, what the honest worker's gradients alone make of them.
    public let areWeightsRight: Bool
    public let seconds: Double
  }

  /// What the honest worker pushes for each value.
  private static let gradient: Float = 0.5

  /// Starts `paramserver`, tries it, and ends it.
  ///
  /// - Parameter replicas: 1 for two servers that hold each other's updates.
  /// - Throws: `TrialError` if a server has gone, or does not end in good order.
  public static func againstProgram(frames: Int, seed: UInt64, replicas: Int = 0) throws -> Outcome {
    let scratch = try Scratch()
    let settings = RunSettings(
      run: 0xfeed, model: "fc-1x8", classes: 3, vocabularyDigest: "", dataset: "", trainingShards: 1, seed: 7,
      batch: 1, steps: 1 << 30, learningRate: LearningRateSchedule(1), optimizer: .sgd, servers: 1 + replicas,
      replicas: replicas, workers: 1)
    let folder = try RunFolder(creating: "\(scratch.path)/run", settings)
    let logs = (0..<settings.servers).map { "\(folder.logs)/server-\($0).log" }
    let servers = try logs.enumerated().map { index, log in
      try Program(
        [
          "\(Program.folder)/paramserver", "--run", folder.path, "--index", "\(index)", "--count",
          "\(settings.servers)", "--stop-with", "\(getpid())",
        ], log: log)
    }
    guard let members = try Members(folder: folder.members).waitForServers(timeoutSeconds: 30, isCancelled: { false })
    else { throw TrialError("the server does not say where it is") }
    let network = Network(try ModelSpecification(parsing: settings.model), classes: settings.classes)
    let manifest = Manifest(of: network)
    let gradients = manifest.entries.map {
      Tensor($0.shape, values: [Float](repeating: Self.gradient, count: $0.count))
    }
    do {
      let trial = try ServerTrial(
        addresses: members.map(\.address), manifest: manifest, run: settings.run, vocabulary: "", gradients: gradients,
        seed: seed)
      return try trial.outcome(frames: frames, of: servers, settings: settings, network: network)
    } catch {
      let words = zip(servers, logs).map { server, log in
        let last = (try? String(contentsOfFile: log, encoding: .utf8))?.split(separator: "\n").last ?? ""
        return "; a server \(server.ending.map { "ended: \($0)" } ?? "runs"), and said: \(last)"
      }
      throw TrialError("\(error)\(words.joined())")
    }
  }

  private func outcome(
    frames: Int, of servers: [Program], settings: RunSettings, network: Network
  ) throws -> Outcome {
    let start = Clock.seconds
    try send(frames: frames / 4)
    let before = try memory(of: servers)
    try send(frames: frames - frames / 4)
    let growth = try memory(of: servers) - before
    let seconds = Clock.seconds - start
    let areWeightsRight = try pull() == expectedValues(settings, of: network)
    let counted = try status().droppedFrames
    servers[0].send(SIGTERM)
    guard servers.allSatisfy({ $0.waitForEnd(seconds: 30) == .exit(0) }) else {
      throw TrialError("the servers do not end in good order")
    }
    return Outcome(
      sent: sent, dropped: dropped, counted: counted,
      isCountRight: (dropped...dropped + droppedOrLost).contains(counted), growthBytes: growth, pushes: pushes,
      areWeightsRight: areWeightsRight, seconds: seconds)
  }

  private func memory(of servers: [Program]) throws -> Int {
    try servers.reduce(0) { sum, server in
      guard server.ending == nil, let bytes = ProcessMemory.residentBytes(of: server.pid) else {
        throw TrialError("a server is not there any more")
      }
      return sum + bytes
    }
  }

  /// What the honest worker's pushes make of the first weights, one after the other, by plain gradient descent.
  private func expectedValues(_ settings: RunSettings, of network: Network) throws -> [[Float]] {
    let manifest = Manifest(of: network)
    var initial = InitialValues(of: network, seed: settings.seed, slots: 0)
    return manifest.entries.indices.map { tensor in
      manifest.chunks(ofTensor: tensor).flatMap { chunk in
        let first = initial.state(of: manifest.chunks[chunk]).values.values
        return first.indices.map { position in
          var value = first[position]
          for _ in 0..<pushes { value -= Self.gradient }
          return value
        }
      }
    }
  }
}
