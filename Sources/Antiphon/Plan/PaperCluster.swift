/// A cluster of the paper, and how fast it was (Hershey et al. 2017, section 3.2 and Table 2).
struct PaperCluster {
  let model: String
  let gpus: Int
  let servers: Int
  /// For five million mini-batches of 128.
  let hours: Double
  /// What Antiphon computes on two cores, in examples a second: the README's table. Of two networks that a GPU computes,
  /// one is taken to be as many times as fast as the other as it is here.
  let ourExamplesPerSecond: Double

  /// Whether a number that the paper does not tell is taken from this speed.
  var isFitted: Bool { model == "resnet50" || model == "vgg19" }

  static let batch = 128

  var stepsPerSecond: Double { 5_000_000 / (hours * 3600) }

  static let all = [
    PaperCluster(model: "fc-3x1000", gpus: 10, servers: 5, hours: 35, ourExamplesPerSecond: 2595),
    PaperCluster(model: "alexnet", gpus: 20, servers: 10, hours: 82, ourExamplesPerSecond: 83),
    PaperCluster(model: "vgg19", gpus: 10, servers: 5, hours: 184, ourExamplesPerSecond: 28.9),
    PaperCluster(model: "inception", gpus: 40, servers: 20, hours: 137, ourExamplesPerSecond: 8.3),
    PaperCluster(model: "resnet50", gpus: 20, servers: 10, hours: 119, ourExamplesPerSecond: 19.5),
  ]
}
