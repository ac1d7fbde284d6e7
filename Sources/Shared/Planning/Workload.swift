public import Parameters

/// What a worker does for each mini-batch: how long it computes at which stage of the network, and what it exchanges then.
public struct Workload: Equatable, Sendable {
  /// How a mini-batch keeps a worker.
  public enum Computing: Equatable, Sendable {
    /// Some threads compute all the time.
    case threads(Int)
    /// Nothing is computed: a wait takes as long. Benchmarks with many workers on few cores do that.
    case timedWait
  }

  /// A part of the network between two exchanges.
  public struct Stage: Equatable, Sendable {
    /// The tensors that it learns, by their place in the manifest.
    public let tensors: Range<Int>
    /// Its share of the computing, 0...1; those of all stages make 1.
    public let share: Double

    public init(tensors: Range<Int>, share: Double) {
      self.tensors = tensors
      self.share = share
    }
  }

  public let manifest: Manifest
  public let stages: [Stage]
  /// Examples in a mini-batch.
  public let batch: Int
  /// Of a mini-batch: a third of it forward, two thirds backward.
  public let computeSeconds: Double
  public let computing: Computing
  /// How much the computing varies from mini-batch to mini-batch: the standard deviation as a share of the mean.
  public let variation: Double

  public init(
    _ manifest: Manifest, stages: [Stage], batch: Int, computeSeconds: Double, computing: Computing, variation: Double
  ) {
    precondition(!stages.isEmpty && batch > 0 && computeSeconds >= 0 && variation >= 0, "a workload has stages")
    self.manifest = manifest
    self.stages = stages
    self.batch = batch
    self.computeSeconds = computeSeconds
    self.computing = computing
    self.variation = variation
  }

  /// The bytes of all weights as float32, and so of all gradients.
  public var modelBytes: Int { manifest.count * MemoryLayout<Float>.size }

  var threads: Int {
    switch computing {
    case .threads(let count): count
    case .timedWait: 0
    }
  }
}

/// What is pushed, and answered with new weights, as one message each way.
struct Parcel: Equatable {
  /// The stage whose gradients these are; the number of stages where it is the question to server 0 whether to go on.
  let stage: Int
  /// The lanes of all servers are counted one after the other.
  let lane: Int
  let bytes: Double
}

extension Workload {
  /// What a worker pushes for a mini-batch, in the order in which the backward pass finds it; last, what it asks server 0.
  func parcels(servers: Int, lanes: Int) -> [Parcel] {
    let plan = ShardPlan(manifest, servers: servers, lanes: lanes)
    var parcels: [Parcel] = []
    for (index, stage) in stages.enumerated().reversed() {
      guard let first = stage.tensors.first, let last = stage.tensors.last else { continue }
      let wanted = manifest.chunks(ofTensor: first).lowerBound..<manifest.chunks(ofTensor: last).upperBound
      for (lane, run) in plan.lanes.joined().enumerated() where run.overlaps(wanted) {
        for chunks in manifest.parcels(of: run.clamped(to: wanted)) {
          let values = chunks.reduce(0) { $0 + manifest.chunks[$1].count }
          parcels.append(Parcel(stage: index, lane: lane, bytes: Double(values * MemoryLayout<Float>.size)))
        }
      }
    }
    return parcels + [Parcel(stage: stages.count, lane: 0, bytes: 0)]
  }
}
