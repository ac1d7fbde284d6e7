/// What the exchange costs the machines: seconds of a core for a message and for each of its bytes. A message is a push
/// with its answer, and the bytes are those of the gradients; as many come back.
public struct ExchangeCosts: Codable, Equatable, Sendable {
  public struct Cost: Codable, Equatable, Sendable {
    public var secondsPerMessage: Double
    public var secondsPerByte: Double

    public init(secondsPerMessage: Double, secondsPerByte: Double) {
      self.secondsPerMessage = secondsPerMessage
      self.secondsPerByte = secondsPerByte
    }

    /// Of a message with so many bytes.
    public func seconds(_ bytes: Double) -> Double { secondsPerMessage + secondsPerByte * bytes }

    public static let none = Cost(secondsPerMessage: 0, secondsPerByte: 0)
  }

  /// The busiest thread of a server: one that takes gradients, applies Adam and answers.
  public var lane: Cost
  /// All threads of a server together, those of ZeroMQ too.
  public var server: Cost
  /// All threads of a worker together, beside the computing.
  public var worker: Cost
  /// From a question to its answer where nothing is carried, between two processes of one machine.
  public var localRoundTripSeconds: Double

  public init(lane: Cost, server: Cost, worker: Cost, localRoundTripSeconds: Double) {
    self.lane = lane
    self.server = server
    self.worker = worker
    self.localRoundTripSeconds = localRoundTripSeconds
  }

  public static let none = ExchangeCosts(lane: .none, server: .none, worker: .none, localRoundTripSeconds: 0)

  /// How many cores a lane keeps busy while it is.
  func laneThreads(_ bytes: Double) -> Double {
    let busiest = lane.seconds(bytes)
    return busiest > 0 ? max(1, server.seconds(bytes) / busiest) : 1
  }
}
