import Foundation
public import Parameters
import Synchronization
import Wire

/// One more lane of a server, on a thread of its own.
public final class LaneThread: Sendable {
  /// The TCP port on which it listens.
  public let port: UInt16
  private let shared = Shared()

  private final class Shared: Sendable {
    let droppedFrames = Atomic(0)
    let newestGeneration = Atomic<UInt32>(0)
    let isStopped = Atomic(false)
    let staleness = Mutex(StalenessTally())
    let traffic = Mutex(Traffic())
    let failure = Mutex<(any Error)?>(nil)
    /// Whether somebody waits for the chunks.
    let isAsked = Atomic(false)
    let store = Mutex<ParameterStore?>(nil)
    let isTold = DispatchSemaphore(value: 0)
  }

  /// Serves at once, and until it is let go.
  public init(_ lane: consuming sending ParameterLane) {
    port = lane.port
    let handedOver = Mutex<ParameterLane?>(lane)
    let thread = Thread { [shared] in
      do {
        guard var lane = handedOver.withLock({ $0.take() }) else { return }
        while !shared.isStopped.load(ordering: .relaxed) { try Self.turn(&lane, shared) }
      } catch {
        shared.failure.withLock { $0 = error }
        shared.isTold.signal()
      }
    }
    thread.start()
  }

  deinit { shared.isStopped.store(true, ordering: .relaxed) }

  private static func turn(_ lane: inout ParameterLane, _ shared: Shared) throws {
    for other in try lane.turn(within: 5) {
      try lane.send(.refused("a lane answers for parameters only"), to: other.sender)
    }
    shared.droppedFrames.store(lane.droppedFrames, ordering: .relaxed)
    shared.staleness.withLock { $0 = lane.staleness }
    shared.traffic.withLock { $0 = lane.traffic }
    shared.newestGeneration.store(lane.newestGeneration, ordering: .relaxed)
    if shared.isAsked.exchange(false, ordering: .acquiring) {
      shared.store.withLock { $0 = lane.store }
      shared.isTold.signal()
    }
  }

  /// Its chunks at this moment.
  public func store() throws -> ParameterStore {
    shared.isAsked.store(true, ordering: .releasing)
    shared.isTold.wait()
    try check()
    return shared.store.withLock { $0.take()! }
  }

  /// How stale the gradients were that it applied.
  public var staleness: StalenessTally { shared.staleness.withLock { $0 } }
  public var traffic: Traffic { shared.traffic.withLock { $0 } }
  /// Frames that could not be read, or were for another run.
  public var droppedFrames: Int { shared.droppedFrames.load(ordering: .relaxed) }
  /// The newest start of this server that a request spoke of.
  public var newestGeneration: UInt32 { shared.newestGeneration.load(ordering: .relaxed) }

  /// Throws what ended it, if something did.
  public func check() throws {
    if let failure = shared.failure.withLock({ $0 }) { throw failure }
  }
}
