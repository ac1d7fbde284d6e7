import Foundation
import Parameters
import Synchronization
import Wire

@testable import Transport

/// A parameter server without checkpoints and without a process of its own: a lane, a service and a coordinator, on a
/// thread.
final class TestServer: Sendable {
  /// What may be known of it from outside.
  struct Report {
    var address = ""
    /// The chunks that it owns, as they were when the last answer was sent.
    var states: [ChunkState] = []
    var droppedFrames = 0
    /// Patches that workers said to have trained on.
    var examples = 0
  }

  private let shared: Shared
  private let thread: Background<Void>

  fileprivate final class Shared: Sendable {
    let report = Mutex(Report())
    let isStopped = Atomic(false)
  }

  /// Serves at once.
  ///
  /// - Parameters:
  ///   - lanes: The first one is on the thread that does everything else too.
  ///   - state: A chunk at a position of the manifest, as it is to begin.
  init(
    _ index: Int = 0, of count: Int = 1, lanes: Int = 1, in context: Context, manifest: Manifest, settings: RunSettings,
    optimizer: any Optimizer, generation: UInt32 = 1, door: Doorkeeper? = nil,
    state: @escaping @Sendable (Int) -> ChunkState
  ) throws {
    let shared = Shared()
    let isReady = DispatchSemaphore(value: 0)
    self.shared = shared
    thread = Background {
      defer { isReady.signal() }
      let stores = ShardPlan(manifest, servers: count, lanes: lanes).lanes[index].map {
        ParameterStore(manifest, owned: $0, settings: settings, optimizer: optimizer, state: state)
      }
      var loop = try Loop(
        stores, in: context, settings: settings, generation: generation, door: door, reportingTo: shared)
      isReady.signal()
      while !shared.isStopped.load(ordering: .relaxed) { try loop.turn() }
    }
    isReady.wait()
    if address.isEmpty { try thread.value() }
  }

  var report: Report { shared.report.withLock { $0 } }

  /// `host:port`.
  var address: String { report.address }

  /// Ends it as a kill does, except that it is waited for: what came in and was not answered is lost.
  ///
  /// - Throws: What ended it before.
  func stop() throws {
    shared.isStopped.store(true, ordering: .relaxed)
    try thread.value()
  }
}

private struct Loop: ~Copyable {
  private let settings: RunSettings
  private let generation: UInt32
  private let shared: TestServer.Shared
  private var lane: ServerLane
  private let otherLanes: [LaneThread]
  private var service: ParameterService
  private var coordinator: Coordinator

  init(
    _ stores: [ParameterStore], in context: Context, settings: RunSettings, generation: UInt32, door: Doorkeeper?,
    reportingTo shared: TestServer.Shared
  ) throws {
    let lane = try ServerLane(
      in: context, listening: "tcp://127.0.0.1:0", run: settings.run, door: door, generation: generation)
    let address = String(lane.endpoint.dropFirst("tcp://".count))
    shared.report.withLock {
      $0.address = address
      $0.states = stores.flatMap { store in store.owned.map { store[$0] } }
    }
    otherLanes = try stores.dropFirst().map { store in
      let socket = try ServerLane(
        in: context, listening: "tcp://127.0.0.1:0", run: settings.run, door: door, generation: generation)
      return LaneThread(ParameterLane(socket, serving: ParameterService(store)))
    }
    self.lane = lane
    self.settings = settings
    self.generation = generation
    self.shared = shared
    service = ParameterService(stores[0])
    coordinator = Coordinator(settings)
  }

  /// Answers the next requests; what they changed is reported before anybody gets the answer.
  mutating func turn() throws {
    var answers: [(Reply, [Message], ReturnAddress)] = []
    let incoming = try lane.receive(within: 5)
    let others = service.answer(incoming) { answers.append(($0.reply, $0.parts, $0.address)) }
    for incoming in others { answers.append((try answer(incoming.request), [], incoming.sender)) }
    let isChanged = !incoming.isEmpty || !otherLanes.isEmpty
    let stores = isChanged ? try [service.store] + otherLanes.map { try $0.store() } : []
    shared.report.withLock { [dropped = lane.droppedFrames, examples = coordinator.examples] in
      if isChanged { $0.states = stores.flatMap { store in store.owned.map { store[$0] } } }
      $0.droppedFrames = dropped
      $0.examples = examples
    }
    for (reply, parts, address) in answers { try lane.send(reply, parts, to: address) }
  }

  private mutating func answer(_ request: Request) throws -> Reply {
    let now = Clock.seconds
    switch request {
    case .lanes: return .lanes(otherLanes.map(\.port))
    case .settings: return .settings(try Array(JSONEncoder().encode(settings)))
    case .join(let join):
      let sampler = coordinator.sampler(ofWorker: Int(join.index)) ?? ""
      return .joined(
        incarnation: coordinator.admit(
          index: Int(join.index), process: Int(join.process), generation: generation, at: now), sampler: sampler)
    case .advance(let incarnation, let weights, let completed):
      let directive = coordinator.advance(incarnation, weights: Int(weights), completed: completed, at: now)
      return .directive(coordinator.instruction(directive, for: incarnation))
    case .sampler(let incarnation, let state):
      coordinator.take(state, of: incarnation, at: now)
      return .done
    case .lease(let incarnation, let holding, let read):
      return .lease(coordinator.lease(incarnation, holding: holding, read: read, at: now))
    case .leave(let incarnation, let read):
      coordinator.leave(incarnation, read: read)
      return .done
    default: return .refused("this server does not answer \(request)")
    }
  }
}
