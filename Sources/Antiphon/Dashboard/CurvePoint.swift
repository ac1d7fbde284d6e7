import Telemetry

/// What the curves of the dashboard show of a run at one time.
struct CurvePoint: Encodable {
  let step: Int
  let unixSeconds: Double
  let loss: Double?
  let examplesPerSecond: Double
  let bytesPerSecond: Double?
  let learningRate: Double
  let stalenessMean: Double
  /// The part of a worker's time in which it waits for servers, 0...1.
  let waitingShare: Double?

  init(_ status: RunStatus) {
    step = status.step
    unixSeconds = status.unixSeconds
    loss = status.loss
    examplesPerSecond = status.examplesPerSecond
    bytesPerSecond = status.bytesPerSecond
    learningRate = status.learningRate
    stalenessMean = status.stalenessMean
    waitingShare = status.exposedSecondsPerStep.flatMap { waited in
      status.stepSeconds.map { $0 > 0 ? waited / $0 : 0 }
    }
  }
}
