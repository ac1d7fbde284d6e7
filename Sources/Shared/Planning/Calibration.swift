/// What was measured on a machine, and what follows for others: how fast a worker computes, and what the exchange costs.
public struct Calibration: Codable, Equatable, Sendable {
  /// The network that was computed.
  public var model: String
  /// Multiplies of its forward pass for an example.
  public var multiplies: Int
  /// Examples in a mini-batch.
  public var batch: Int
  /// Threads that computed, each on a core.
  public var threads: Int
  /// Of a mini-batch, forward and backward: the median.
  public var computeSeconds: Double
  /// The standard deviation of the single mini-batches, as a share of that.
  public var computeVariation: Double
  /// Where each process has cores to itself.
  public var costs: ExchangeCosts
  /// Where more processes than there are cores share a machine, and its caches.
  public var crowdedCosts: ExchangeCosts

  public init(
    model: String, multiplies: Int, batch: Int, threads: Int, computeSeconds: Double, computeVariation: Double,
    costs: ExchangeCosts, crowdedCosts: ExchangeCosts
  ) {
    self.model = model
    self.multiplies = multiplies
    self.batch = batch
    self.threads = threads
    self.computeSeconds = computeSeconds
    self.computeVariation = computeVariation
    self.costs = costs
    self.crowdedCosts = crowdedCosts
  }

  /// Why a calibration cannot be right; `nil` if it can.
  public var flaw: String? {
    let all = [costs, crowdedCosts]
    let numbers =
      [computeSeconds, computeVariation] + all.map(\.localRoundTripSeconds)
      + all.flatMap { [$0.lane, $0.server, $0.worker] }.flatMap { [$0.secondsPerMessage, $0.secondsPerByte] }
    guard multiplies > 0, batch > 0, threads > 0 else { return "multiplies, batch and threads must be above 0" }
    guard numbers.allSatisfy({ $0 >= 0 && $0 < 1e6 }) else { return "seconds must be in 0..<1000000" }
    return nil
  }

  /// How long a mini-batch takes of a network that has other multiplies, on another number of cores: as many multiplies in
  /// a second on each of them.
  public func computeSeconds(multiplies: Int, batch: Int, cores: Int) -> Double {
    let work = Double(multiplies) * Double(batch) / (Double(self.multiplies) * Double(self.batch))
    return computeSeconds * work * Double(threads) / Double(cores)
  }

  /// For those who have measured nothing: two cores of an AMD EPYC (Zen 4), as `antiphon bench calibrate` found them.
  public static let assumed = Calibration(
    model: "resnet50-w64", multiplies: 1_856_403_456, batch: 128, threads: 2, computeSeconds: 6.6,
    computeVariation: 0.02,
    costs: ExchangeCosts(
      lane: .init(secondsPerMessage: 45e-6, secondsPerByte: 0.3e-9),
      server: .init(secondsPerMessage: 80e-6, secondsPerByte: 0.45e-9),
      worker: .init(secondsPerMessage: 70e-6, secondsPerByte: 0.4e-9), localRoundTripSeconds: 60e-6),
    crowdedCosts: ExchangeCosts(
      lane: .init(secondsPerMessage: 25e-6, secondsPerByte: 0.4e-9),
      server: .init(secondsPerMessage: 40e-6, secondsPerByte: 0.6e-9),
      worker: .init(secondsPerMessage: 80e-6, secondsPerByte: 0.5e-9), localRoundTripSeconds: 60e-6))
}
