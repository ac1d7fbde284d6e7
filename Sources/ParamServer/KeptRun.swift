import Checkpoints
import Foundation
import Parameters
import Transport
import Wire

/// What server 0 knows of a run, kept by the server that holds its replica: so a new start of server 0 goes on where the
/// old one was, with the leases and the count of a moment ago.
struct KeptRun {
  /// What is kept.
  struct Known: Codable {
    var coordinator: Coordinator.Saved
    var lastCheckpointStep: Int?
  }

  /// Seconds between two tellings.
  private static let pauseSeconds = 0.25

  private let isOn: Bool
  private let generation: UInt32
  private let newestStart: () -> UInt32?
  private var lastTold = 0.0
  /// What was told to this server, and by which start of server 0.
  private var kept: (generation: UInt32, state: [UInt8]) = (0, [])

  /// - Parameters:
  ///   - isOn: Whether the run has replicas.
  ///   - newestStart: Server 0's newest start, by the run's folder; `nil` if that cannot be read now.
  init(isOn: Bool, generation: UInt32, newestStart: @escaping () -> UInt32?) {
    self.isOn = isOn
    self.generation = generation
    self.newestStart = newestStart
  }

  /// Whether it is time to tell server 1 what server 0 knows.
  func isDue(at now: Double) -> Bool { isOn && now - lastTold >= Self.pauseSeconds }

  mutating func tell(_ known: Known, _ peers: ServerLines, at now: Double) throws {
    lastTold = now
    peers.ask(1, .keep(generation: generation, state: try Array(JSONEncoder().encode(known))))
  }

  /// Answers server 0.
  mutating func answer(_ request: Request) -> Reply {
    guard isOn else { return .refused("this run has no replicas") }
    switch request {
    case .keep(let generation, _), .kept(let generation):
      if generation > kept.generation, let newest = newestStart(), generation > newest {
        return .refused("server 0 has been started \(newest) times, not \(generation)")
      }
    default: break
    }
    switch request {
    case .keep(let generation, let state):
      if generation >= kept.generation { kept = (generation, state) }
      return .kept([])
    case .kept(let generation):
      kept.generation = max(kept.generation, generation)
      return .kept(kept.state)
    default: return .refused("this is not about what server 0 knows")
    }
  }

  /// Asks server 1 what an earlier start of server 0 knew.
  ///
  /// - Returns: `nil` if it knows nothing.
  static func recover(from peers: ServerLines, generation: UInt32) throws -> Known? {
    guard case .kept(let state) = try peers.answer(to: .kept(generation: generation), from: 1), !state.isEmpty else {
      return nil
    }
    return try JSONDecoder().decode(Known.self, from: Data(state))
  }
}
