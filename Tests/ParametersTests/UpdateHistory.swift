import Parameters

/// Which gradients are in each update of each chunk, and which updates were in the weights that each gradient was computed
/// from.
struct UpdateHistory {
  /// A gradient that was computed.
  struct Computing {
    let name: ChunkState.Applied
    /// How many updates of each chunk its weights had.
    let updates: [Int]
    /// The versions of its weights.
    let versions: [Int]
  }

  /// By chunk, the gradients in each update.
  private(set) var updates: [[[ChunkState.Applied]]]
  private(set) var computings: [Computing] = []
  private var pending: [[ChunkState.Applied]]
  private var readings: [UInt64: [Int]] = [:]
  private var excused: Set<UInt64> = []

  init(chunks: Int) {
    updates = Array(repeating: [], count: chunks)
    pending = Array(repeating: [], count: chunks)
  }

  /// Notes that a worker is not taking part for a while.
  mutating func excuse(_ incarnation: UInt64) { excused.insert(incarnation) }

  mutating func noteReading(of chunk: Int, by incarnation: UInt64) {
    readings[incarnation, default: Array(repeating: 0, count: updates.count)][chunk] = updates[chunk].count
  }

  mutating func noteComputing(_ name: ChunkState.Applied, versions: [Int]) {
    computings.append(Computing(name: name, updates: readings[name.incarnation]!, versions: versions))
  }

  mutating func note(_ outcome: ParameterStore.Outcome, of name: ChunkState.Applied, chunk: Int) {
    switch outcome {
    case .pending: pending[chunk].append(name)
    case .applied:
      updates[chunk].append(pending[chunk] + [name])
      pending[chunk] = []
    case .duplicate, .late: break
    }
  }

  /// Gradients computed from weights that miss an update of a clock that is more than `steps` before their own, of a
  /// worker that was there all the time.
  func missing(moreThan steps: Int) -> Int {
    computings.count { computing in
      updates.indices.contains { chunk in
        updates[chunk].dropFirst(computing.updates[chunk]).joined().contains {
          Int($0.clock) <= Int(computing.name.clock) - steps - 1 && !excused.contains($0.incarnation)
        }
      }
    }
  }

  /// Gradients that are in an update, but whose weights were not all of the one step before it.
  var ofSeveralSteps: Int {
    let versions = Dictionary(uniqueKeysWithValues: computings.map { (Key($0.name), $0.versions) })
    return updates.reduce(0) { sum, updates in
      sum
        + updates.enumerated().reduce(0) { sum, update in
          sum + update.element.count { versions[Key($0)]!.contains { $0 != update.offset } }
        }
    }
  }

  private struct Key: Hashable {
    let incarnation: UInt64
    let clock: UInt64

    init(_ name: ChunkState.Applied) {
      incarnation = name.incarnation
      clock = name.clock
    }
  }
}
