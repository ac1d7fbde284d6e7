import Checkpoints
public import Clusters
import Foundation
import Models
import Parameters
import Tensors
import Training

/// Holds the last checkpoint of a run of stepping workers against what it must be.
public struct RunJudge {
  /// What the last checkpoint must tell.
  public enum Law: Sendable {
    /// Each chunk is the exact sum of all gradients that its memory names, each once, and no completed mini-batch is
    /// missing in it.
    case exactSum
    /// So it is on servers that were never started again. One that was went back to a checkpoint: what came after that is
    /// lost by design, but it applied nothing twice.
    case exactSumWithoutRestores
  }

  private let settings: RunSettings
  private let network: Network
  private let manifest: Manifest
  private let checkpoint: Checkpoint

  public init(_ folder: RunFolder) throws {
    settings = try folder.settings()
    network = Network(try ModelSpecification(parsing: settings.model), classes: settings.classes)
    manifest = Manifest(of: network)
    let found = try CheckpointStore(folder: folder.checkpoints).newestGood()
    guard let checkpoint = found.checkpoint, found.refused.isEmpty else {
      throw TrialError("a good last checkpoint was expected, but \(found.refused) came")
    }
    self.checkpoint = checkpoint
  }

  /// - Throws: `TrialError` with what is wrong.
  public func check(_ law: Law) throws {
    guard checkpoint.manifest.step >= settings.steps else {
      throw TrialError("\(settings.steps) steps were to be made, the last checkpoint is of \(checkpoint.manifest.step)")
    }
    let saved = try JSONDecoder().decode(Coordinator.Saved.self, from: checkpoint.manifest.coordinator)
    var initial = InitialValues(of: network, seed: settings.seed, slots: settings.optimizer.slots.count)
    let plan = ShardPlan(manifest, servers: settings.servers)
    for (server, record) in checkpoint.manifest.shards.enumerated() {
      let mayLose = law == .exactSumWithoutRestores && record.generation > 1
      for index in plan.runs[server] {
        let state = try checkpoint.chunkState(index, of: manifest)
        let pushes = state.applied.reduce(0) { $0 + Int($1.clock) }
        guard state.version > 0, mayLose ? state.version <= pushes : state.version == pushes else {
          throw TrialError("chunk \(index) was changed \(state.version) times by \(pushes) gradients")
        }
        guard !mayLose else { continue }
        try checkNothingIsMissing(in: state, of: index, counted: saved.counted)
        try checkSum(of: state, index, from: initial.state(of: manifest.chunks[index]))
      }
    }
  }

  /// A worker counts a mini-batch when it has sent the gradients, and sends no other before they are acknowledged: only
  /// the last one of a worker that was killed may be missing.
  private func checkNothingIsMissing(in state: ChunkState, of chunk: Int, counted: [ChunkState.Applied]) throws {
    let last = Dictionary(uniqueKeysWithValues: state.applied.map { ($0.incarnation, $0.clock) })
    for worker in counted where last[worker.incarnation, default: 0] + 1 < worker.clock {
      throw TrialError(
        "chunk \(chunk) has \(last[worker.incarnation, default: 0]) gradients of worker "
          + "\(String(worker.incarnation, radix: 16)), which completed \(worker.clock)")
    }
  }

  private func checkSum(of state: ChunkState, _ chunk: Int, from initial: ChunkState) throws {
    let sum = state.applied.reduce(0) { sum, last in
      sum + KnownGradients.sum(incarnation: last.incarnation, clocks: 1...last.clock, chunk: chunk)
    }
    let (values, first) = (state.values.values, initial.values.values)
    for position in values.indices {
      let expected = first[position] - Float(sum) * KnownGradients.weight(at: position)
      guard abs(values[position] - expected) < 0.25 else {
        throw TrialError("value \(position) of chunk \(chunk) is \(values[position]), the sum makes it \(expected)")
      }
    }
  }
}
