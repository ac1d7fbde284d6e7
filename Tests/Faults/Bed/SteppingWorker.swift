import Clusters
import Foundation
import Models
import Parameters
import Synchronization
import Tensors
import Training
import Transport
import Wire

/// A worker that computes nothing: it joins a run as any other, leases a shard for each mini-batch, waits as long as one
/// takes, and pushes known gradients. It tells standard output what it has read.
public struct SteppingWorker {
  private let settings: RunSettings
  private let manifest: Manifest
  private let client: RemoteParameters
  private let incarnation: UInt64
  private let stepSeconds: Double
  private let signOfLife: SignOfLife

  /// Joins the run.
  ///
  /// - Parameter stepSeconds: How long a mini-batch takes.
  public init(
    _ directory: ServerDirectory, index: Int, stepSeconds: Double, isCancelled: @escaping @Sendable () -> Bool
  ) throws {
    let context = try Context()
    settings = try ServerLines(
      in: context, servers: 1, run: 0, address: directory.address(of:), keys: directory.keys(of:),
      isCancelled: isCancelled
    ).settings()
    self.stepSeconds = stepSeconds
    manifest = try Manifest(of: settings)
    let lines = try ServerLines(
      in: context, servers: settings.servers, lanes: settings.lanes, run: settings.run,
      address: directory.address(of:), keys: directory.keys(of:), isCancelled: isCancelled)
    (incarnation, _) = try lines.join(
      Request.Join(
        index: UInt32(index), process: UInt32(getpid()), manifest: manifest.digest,
        vocabulary: settings.vocabularyDigest))
    client = RemoteParameters(lines, manifest: manifest, incarnation: incarnation)
    signOfLife = SignOfLife(
      in: context, run: settings.run, directory,
      report: .report(incarnation: incarnation, index: UInt32(index), process: UInt32(getpid())))
  }

  /// Takes steps until the run has them all, and takes leave.
  public func run() throws {
    defer { signOfLife.stop() }
    let tensors = manifest.entries.indices
    var clock: UInt64 = 0
    var read: [Lease] = []
    client.pull(tensors: tensors)
    client.advance(weights: 0, completed: nil)
    while true {
      let instruction = try client.awaitDirective { _, _, _ in }
      switch instruction.directive {
      case .proceed:
        clock += 1
        let lease = try client.lease(holding: [], read: read)
        try client.wait(forTensors: tensors) { _, _, _ in }
        Thread.sleep(forTimeInterval: stepSeconds)
        client.push(clock: clock, tensors: tensors, gradients: gradients(clock))
        client.advance(
          weights: 0,
          completed: .init(clock: clock, basedOnStep: instruction.step, examples: settings.batch, loss: 1))
        FileHandle.standardOutput.write(Data("\(Self.line(of: lease))\n".utf8))
        read = [lease]
      case .wait, .tellSampler:
        Thread.sleep(forTimeInterval: 0.05)
        client.advance(weights: 0, completed: nil)
      case .finish:
        try client.wait(forTensors: tensors) { _, _, _ in }
        return try client.leave(read: read)
      }
    }
  }

  /// What it says when it has read a shard.
  static func line(of lease: Lease) -> String { "read shard \(lease.shard) of epoch \(lease.epoch)" }

  private func gradients(_ clock: UInt64) -> [Tensor] {
    manifest.entries.indices.map { tensor in
      var values: [Float] = []
      values.reserveCapacity(manifest.entries[tensor].count)
      for chunk in manifest.chunks(ofTensor: tensor) {
        let number = Float(KnownGradients.number(incarnation: incarnation, clock: clock, chunk: chunk))
        for position in 0..<manifest.chunks[chunk].count {
          values.append(number * KnownGradients.weight(at: position))
        }
      }
      return Tensor(manifest.entries[tensor].shape, values: values)
    }
  }
}

/// Tells server 0 once a second that a worker lives, as `worker` does.
private final class SignOfLife: Sendable {
  private let isStopped = Atomic(false)

  init(in context: Context, run: UInt64, _ directory: ServerDirectory, report: Request) {
    Thread.detachNewThread { [self] in
      guard
        let lines = try? ServerLines(
          in: context, servers: 1, run: run, patience: Patience(giveUpSeconds: .infinity),
          address: directory.address(of:), keys: directory.keys(of:),
          isCancelled: { self.isStopped.load(ordering: .relaxed) })
      else { return }
      while !isStopped.load(ordering: .relaxed), (try? lines.answer(to: report)) != nil {
        Thread.sleep(forTimeInterval: 1)
      }
    }
  }

  func stop() { isStopped.store(true, ordering: .relaxed) }
}
