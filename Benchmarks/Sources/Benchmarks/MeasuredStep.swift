/// What was measured of a network's steps, as one case.
struct MeasuredStep: Codable {
  /// What a step does.
  enum Work: String, Codable, LosslessStringConvertible {
    /// Forward, loss, backward, Adam.
    case train
    /// Forward by the running statistics, and the scores.
    case infer

    init?(_ description: String) { self.init(rawValue: description) }
    var description: String { rawValue }
  }

  let model: String
  let batch: Int
  let threads: Int
  let what: Work
  let steps: Int
  let stepSeconds: Double
  let stepSecondsBest: Double
  let peakBytes: Int
  /// The loss before the first and before the last step on the same mini-batch; `nil` where nothing is learnt.
  let lossFirst: Double?
  let lossLast: Double?
  /// Where the time of a step goes, where that was asked for.
  let layers: [LayerSeconds]?

  var name: String { "\(model)-\(what)-batch\(batch)-threads\(threads)" }
  var examplesPerSecond: Double { Double(batch) / stepSeconds }
  var examplesPerSecondBest: Double { Double(batch) / stepSecondsBest }

  private enum CodingKeys: String, CodingKey {
    case model, batch, threads, what, steps
    case stepSeconds = "step_seconds"
    case stepSecondsBest = "step_seconds_best"
    case peakBytes = "peak_bytes"
    case lossFirst = "loss_first"
    case lossLast = "loss_last"
    case layers
  }

  private enum DerivedKeys: String, CodingKey {
    case name = "case"
    case examplesPerSecond = "examples_per_second"
    case examplesPerSecondBest = "examples_per_second_best"
  }

  /// Written by hand for what follows from the rest, and for a loss that is not there: `null`.
  func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(model, forKey: .model)
    try container.encode(batch, forKey: .batch)
    try container.encode(threads, forKey: .threads)
    try container.encode(what, forKey: .what)
    try container.encode(steps, forKey: .steps)
    try container.encode(stepSeconds, forKey: .stepSeconds)
    try container.encode(stepSecondsBest, forKey: .stepSecondsBest)
    try container.encode(peakBytes, forKey: .peakBytes)
    try container.encode(lossFirst, forKey: .lossFirst)
    try container.encode(lossLast, forKey: .lossLast)
    try container.encodeIfPresent(layers, forKey: .layers)
    var derived = encoder.container(keyedBy: DerivedKeys.self)
    try derived.encode(name, forKey: .name)
    try derived.encode(examplesPerSecond, forKey: .examplesPerSecond)
    try derived.encode(examplesPerSecondBest, forKey: .examplesPerSecondBest)
  }
}
