import Parameters

extension RunSettings {
  static func sample(
    steps: Int = 10, shards: Int = 3, workers: Int = 2, consistency: Consistency = .async, statisticsDecay: Float = 0.99
  ) -> RunSettings {
    RunSettings(
      run: 1, model: "fc-1x1", classes: 2, vocabularyDigest: "d", dataset: "x", trainingShards: shards, seed: 5,
      batch: 4, steps: steps, learningRate: LearningRateSchedule(0.1), consistency: consistency,
      statisticsDecay: statisticsDecay, servers: 1, workers: workers)
  }
}
