import Parameters

/// What was measured of one kind of work in one setting.
struct ServersCase: Encodable {
  let `case`: String
  let work: String
  let servers: Int
  let lanes: Int
  let replicas: Int
  let workers: Int
  let megabytes: Int
  let transport: String
  let optimizer: String
  let computeSeconds: Double
  /// Of a worker's step.
  var seconds = 0.0
  /// Of all workers together, both directions.
  var bytesPerSecond = 0.0
  /// The most memory that one of the servers ever had.
  let peakBytes: Int
  var plainBytesPerSecond: Double?
  var ratioToPlain: Double?
  /// Of all workers together.
  var stepsPerSecond: Double?
  var stalenessMean: Double?
  /// How many cores the servers and the workers used.
  var cores: Double?

  init(_ work: BenchmarkSetting.Work, _ setting: BenchmarkSetting, peakBytes: Int) {
    self.work = work.rawValue
    servers = setting.servers
    lanes = setting.lanes
    replicas = setting.replicas
    workers = setting.workers
    megabytes = setting.megabytes
    transport = setting.transport.rawValue
    optimizer = setting.optimizer.name
    computeSeconds = setting.computeSeconds
    self.peakBytes = peakBytes
    `case` = "\(work.rawValue)-\(servers)x\(workers)-\(megabytes)mb-\(transport)-\(optimizer)"
  }
}
