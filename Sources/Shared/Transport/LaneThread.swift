import Foundation
public import Parameters
import Synchronization
import Wire

/// One more lane of a server: a thread with a socket of its own, which serves its part of the server's chunks.
public final class LaneThread: Sendable {
  /// The TCP port on which it listens.
  public let port: UInt16
  private let shared: Shared

  private final class Shared: Sendable {
    let service: Mutex<ParameterService>
    let droppedFrames = Atomic(0)
    let newestGeneration = Atomic<UInt32>(0)
    let isStopped = Atomic(false)
    let staleness = Mutex(StalenessTally())
    let failure = Mutex<(any Error)?>(nil)

    init(_ store: ParameterStore) { service = Mutex(ParameterService(store)) }
  }

  /// Serves at once, and until it is let go.
  ///
  /// - Parameters:
  ///   - endpoint: `tcp://127.0.0.1:0` for a free port.
  ///   - generation: The server's.
  public init(
    serving store: ParameterStore, in context: Context, listening endpoint: String, run: UInt64, generation: UInt32
  ) throws {
    let shared = Shared(store)
    let lane = try ServerLane(in: context, listening: endpoint, run: run, generation: generation)
    port = Endpoint.port(of: lane.endpoint)
    self.shared = shared
    let handedOver = Mutex<ServerLane?>(lane)
    let thread = Thread {
      do {
        guard var lane = handedOver.withLock({ $0.take() }) else { return }
        while !shared.isStopped.load(ordering: .relaxed) { try Self.turn(&lane, shared) }
      } catch {
        shared.failure.withLock { $0 = error }
      }
    }
    thread.start()
  }

  deinit { shared.isStopped.store(true, ordering: .relaxed) }

  private static func turn(_ lane: inout ServerLane, _ shared: Shared) throws {
    let requests = try lane.receive(within: 20)
    let others = try shared.service.withLock { service in
      let others = try service.answer(requests) { try lane.send($0.reply, $0.parts, to: $0.address) }
      shared.staleness.withLock { $0 = service.store.staleness }
      return others
    }
    for other in others { try lane.send(.refused("a lane answers for parameters only"), to: other.sender) }
    shared.droppedFrames.store(lane.droppedFrames, ordering: .relaxed)
    shared.newestGeneration.store(lane.newestGeneration, ordering: .relaxed)
  }

  /// Its chunks at this moment.
  public var store: ParameterStore { shared.service.withLock { $0.store } }
  /// How stale the gradients were that it applied.
  public var staleness: StalenessTally { shared.staleness.withLock { $0 } }
  /// Frames that could not be read, or were for another run.
  public var droppedFrames: Int { shared.droppedFrames.load(ordering: .relaxed) }
  /// The newest start of this server that a request spoke of.
  public var newestGeneration: UInt32 { shared.newestGeneration.load(ordering: .relaxed) }

  /// Throws what ended it, if something did.
  public func check() throws {
    if let failure = shared.failure.withLock({ $0 }) { throw failure }
  }
}
