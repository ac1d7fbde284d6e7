import Layers

/// What layers of one kind take of a step, in the mean.
struct LayerSeconds: Codable {
  let kind: String
  let forwardSeconds: Double
  let backwardSeconds: Double

  private enum CodingKeys: String, CodingKey {
    case kind
    case forwardSeconds = "forward_seconds"
    case backwardSeconds = "backward_seconds"
  }

  /// All kinds, the slowest first.
  static func all(_ times: LayerTimes, steps: Int) -> [LayerSeconds] {
    times.byKind.map { kind, passes in
      LayerSeconds(
        kind: kind, forwardSeconds: passes.forward / .seconds(steps), backwardSeconds: passes.backward / .seconds(steps)
      )
    }.sorted { $0.forwardSeconds + $0.backwardSeconds > $1.forwardSeconds + $1.backwardSeconds }
  }
}
