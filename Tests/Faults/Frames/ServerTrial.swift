import Foundation
public import Parameters
import Telemetry
public import Tensors
import Transport
import Wire

/// Hostile frames against a live server: whatever strangers send, it goes on serving an honest worker, whose gradients
/// alone change the weights, in bounded memory.
///
/// The strangers' frames are of every kind. Left out are those that could be the honest worker's or a user's own, and that
/// ask for a change: a server must do what they say. Strangers do join, count mini-batches and take leases.
public final class ServerTrial {
  /// Frames that were sent.
  public private(set) var sent = 0
  /// How many of them a server must drop and count: they cannot be read, or are of another run.
  public private(set) var dropped = 0
  /// Those among them of a stranger who does not read its answers: ZeroMQ takes it for dead in the end, and what is on
  /// its way then is lost.
  public private(set) var droppedOrLost = 0
  /// Gradients that the honest worker pushed, of all tensors each time.
  public private(set) var pushes = 0

  private let manifest: Manifest
  private let run: UInt64
  private var mutation: FrameMutation
  private var samples: [FrameSamples]
  private let strangers: [Stranger]
  private let lines: ServerLines
  private let worker: RemoteParameters
  /// The honest worker's.
  private let incarnation: UInt64
  private let gradients: [Tensor]

  /// - Parameters:
  ///   - addresses: The servers of the run, as `host:port`; the strangers speak with the first one.
  ///   - run: Its run's number.
  ///   - gradients: What the honest worker pushes, one for each tensor, again and again.
  public init(
    addresses: [String], manifest: Manifest, run: UInt64, vocabulary: String, gradients: [Tensor], seed: UInt64
  ) throws {
    self.manifest = manifest
    self.run = run
    self.gradients = gradients
    mutation = FrameMutation(seed: seed)
    samples = [run, run, run ^ 1].map { FrameSamples(manifest, run: $0, seed: seed) }
    let context = try Context()
    strangers = try [true, false].map {
      try Stranger(in: context, address: addresses[0], run: run, readsReplies: $0)
    }
    lines = try ServerLines(
      in: context, servers: addresses.count, run: run, patience: Patience(giveUpSeconds: 30),
      address: { addresses[$0] })
    (incarnation, _) = try lines.join(
      Request.Join(index: 0, process: UInt32(getpid()), manifest: manifest.digest, vocabulary: vocabulary))
    worker = RemoteParameters(lines, manifest: manifest, incarnation: incarnation)
  }

  /// Sends so many hostile frames, and lets the honest worker push each time that some of them have been sent.
  public func send(frames: Int, pushingEvery interval: Int = 500) throws {
    let end = sent + frames
    while sent < end {
      var frame = samples[sent % samples.count].request()
      mutation.apply(to: &frame)
      guard let first = frame.parts.first, let isDropped = fate(of: first, frame) else { continue }
      // The one who does not read is answered without end: it sends little.
      let reads = sent % 50 != 0
      try strangers[reads ? 0 : 1].send(frame)
      sent += 1
      if isDropped, reads { dropped += 1 }
      if isDropped, !reads { droppedOrLost += 1 }
      if sent % interval == 0 { try push() }
    }
    for stranger in strangers { try stranger.waitUntilRead() }
  }

  /// The values of all tensors, as the honest worker gets them.
  public func pull() throws -> [[Float]] {
    var values = manifest.entries.map { [Float](repeating: .nan, count: $0.count) }
    worker.pull(tensors: 0..<manifest.entries.count)
    try worker.wait(forTensors: 0..<manifest.entries.count) { tensor, row, part in
      let first = row * manifest.entries[tensor].rowLength
      for index in part.indices { values[tensor][first + index] = part[index] }
    }
    return values
  }

  /// How the run is, as the server sees it.
  func status() throws -> RunStatus {
    guard case .status(let json) = try lines.answer(to: .status) else { throw TrialError("no status came") }
    return try JSONDecoder().decode(RunStatus.self, from: Data(json))
  }

  private func push() throws {
    pushes += 1
    worker.push(clock: UInt64(pushes), tensors: 0..<gradients.count, gradients: gradients)
    try worker.wait(forTensors: 0..<gradients.count) { _, _, _ in }
  }

  /// Whether a frame will be dropped; `nil` where a server has to do what it says.
  private func fate(of first: [UInt8], _ frame: Frame) -> Bool? {
    guard let (envelope, request) = try? Request.decode(first) else { return true }
    switch request {
    case .settings: return false
    case _ where envelope.run != run: return true
    case .status, .pull, .outcome, .lanes, .load, .attend, .validation, .retire: return false
    case .replicate, .copy, .recover, .keep, .kept: return false  // of a replica, and not of the server's own weights
    case .push(let push): return isWhole(push, frame.parts.dropFirst()) ? nil : false
    case .join(let join): return join.manifest == manifest.digest ? nil : false
    case .advance(let sender, _, _), .sampler(let sender, _), .lease(let sender, _, _), .report(let sender, _, _),
      .leave(let sender, _):
      return sender == incarnation ? nil : false
    case .scale, .stop, .save, .snapshot, .end: return nil
    }
  }

  /// Whether a server would apply a push.
  private func isWhole(_ push: Request.Push, _ parts: ArraySlice<[UInt8]>) -> Bool {
    let sizes = push.chunks.map { item in
      manifest.chunks.indices.contains(Int(item.chunk)) ? manifest.chunks[Int(item.chunk)].count * 4 : -1
    }
    return Set(push.chunks.map(\.chunk)).count == push.chunks.count && sizes == parts.map(\.count)
  }
}
