public import Parameters

/// How many processes there are, on which machines, and by which rule they exchange.
public struct ClusterShape: Equatable, Sendable {
  /// Where the processes are.
  public enum Placement: Equatable, Sendable {
    /// Each has a machine of its own.
    case apart
    /// They are dealt to some machines, servers first, one after the other.
    case together(hosts: Int)
  }

  public var workers: Int
  public var servers: Int
  /// Threads with which each server takes gradients.
  public var lanes: Int
  public var placement: Placement
  /// Of each machine.
  public var cores: Int
  public var network: Network
  public var consistency: Consistency

  public init(
    workers: Int, servers: Int, lanes: Int = 1, placement: Placement = .apart, cores: Int, network: Network,
    consistency: Consistency = .async
  ) {
    precondition(workers > 0 && servers > 0 && lanes > 0 && cores > 0, "a cluster has workers, servers and cores")
    self.workers = workers
    self.servers = servers
    self.lanes = lanes
    self.placement = placement
    self.cores = cores
    self.network = network
    self.consistency = consistency
  }

  /// What connects the machines.
  public struct Network: Equatable, Sendable {
    /// Of each machine, in each of the two directions; infinity for a network that takes no time.
    public var bytesPerSecond: Double
    /// From a question to its answer where nothing is carried.
    public var roundTripSeconds: Double

    public init(bytesPerSecond: Double, roundTripSeconds: Double) {
      self.bytesPerSecond = bytesPerSecond
      self.roundTripSeconds = roundTripSeconds
    }
  }

  var hosts: Int {
    switch placement {
    case .apart: servers + workers
    case .together(let hosts): hosts
    }
  }

  func host(ofServer server: Int) -> Int { server % hosts }
  func host(ofWorker worker: Int) -> Int { (servers + worker) % hosts }
}
