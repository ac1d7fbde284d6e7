import Telemetry

/// What the dashboard shows of a run beside its curves.
struct RunPicture: Encodable {
  struct Checkpoint: Encodable {
    let name: String
    let step: Int
    /// Whether evaluators found no better one.
    let isBest: Bool
  }

  /// The name of its folder.
  let run: String
  let model: String
  let labels: Int
  let batch: Int
  let consistency: String
  let optimizer: String
  /// `nil` while it has not started.
  let status: RunStatus?
  let validation: [ValidationResult]
  /// The last ones, oldest first.
  let events: [RunEvent]
  let checkpoints: [Checkpoint]
}
