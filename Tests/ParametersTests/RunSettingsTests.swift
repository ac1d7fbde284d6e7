import Foundation
import Parameters
import Tensors
import Testing

@Suite struct `The settings of a run` {
  @Test(arguments: [
    Consistency.async, .stalenessAware, .bounded(steps: 3), .sync(workers: 3), .sync(workers: 3, backups: 1),
  ])
  func `survive a round trip`(_ consistency: Consistency) throws {
    let settings = RunSettings.sample(consistency: consistency)
    #expect(try JSONDecoder().decode(RunSettings.self, from: JSONEncoder().encode(settings)) == settings)
  }

  @Test func `have checkpoints at the same distances, though one was made between`() {
    let policy = CheckpointPolicy(everySteps: 500)
    #expect([0, 499, 500, 736, 1003].map { policy.next(after: $0) } == [500, 500, 1000, 1000, 1500])
    #expect(CheckpointPolicy(everySteps: 0).next(after: 7) == nil)
  }

  @Test(arguments: [.sgd, .adam(Adam(beta1: 0.5, beta2: 0.75, epsilon: 0.25))] as [OptimizerSetting])
  func `name the optimizer, as they came`(_ optimizer: OptimizerSetting) throws {
    var settings = RunSettings.sample()
    settings.optimizer = optimizer
    #expect(try JSONDecoder().decode(RunSettings.self, from: JSONEncoder().encode(settings)) == settings)
  }

  @Test(arguments: Sampling.allCases) func `name the sampling, as it came`(_ sampling: Sampling) throws {
    var settings = RunSettings.sample()
    settings.sampling = sampling
    #expect(try JSONDecoder().decode(RunSettings.self, from: JSONEncoder().encode(settings)) == settings)
    #expect(try Sampling(parsing: "\(sampling)") == sampling)
  }

  @Test(arguments: [
    ("cross-entropy", Loss.crossEntropy), ("focal", .focal(gamma: 2, alpha: nil)),
    ("focal:0.5", .focal(gamma: 0.5, alpha: nil)), ("focal:2:0.25", .focal(gamma: 2, alpha: 0.25)),
    ("focal:0:1", .focal(gamma: 0, alpha: 1)),
  ])
  func `name the loss, as it came`(text: String, expected: Loss) throws {
    var settings = RunSettings.sample()
    settings.loss = try Loss(parsing: text)
    #expect(settings.loss == expected)
    #expect(try Loss(parsing: "\(expected)") == expected)
    #expect(try JSONDecoder().decode(RunSettings.self, from: JSONEncoder().encode(settings)) == settings)
  }

  @Test(arguments: [
    "", "focal:", "focal:-1", "focal:101", "focal:nan", "focal:2:", "focal:2:1.5", "focal:2:0.5:1", "Focal",
    "cross-entropy:2", "focal:2 ", "focal::0.5",
  ])
  func `have no other loss`(text: String) {
    let error = #expect(throws: SettingsError.self) { try Loss(parsing: text) }
    #expect(error?.description.hasSuffix("not '\(text)'") == true)
  }

  @Test func `of a run that knew only the cross entropy are read`() throws {
    let text = String(decoding: try JSONEncoder().encode(RunSettings.sample()), as: UTF8.self)
    let match = try #require(try #/,?"loss":"cross-entropy"/#.firstMatch(in: text), "\(text)")
    let older = text.replacing(match.0, with: "").replacing("{,", with: "{")
    #expect(try JSONDecoder().decode(RunSettings.self, from: Data(older.utf8)) == .sample())
  }

  @Test(arguments: ["", "Balanced", "balanced "]) func `have no other sampling`(text: String) {
    #expect(throws: SettingsError.self) { try Sampling(parsing: text) }
  }

  @Test func `of a run that knew only uniform sampling are read`() throws {
    let text = String(decoding: try JSONEncoder().encode(RunSettings.sample()), as: UTF8.self)
    let match = try #require(try #/,?"sampling":"uniform"/#.firstMatch(in: text), "\(text)")
    let older = text.replacing(match.0, with: "").replacing("{,", with: "{")
    #expect(try JSONDecoder().decode(RunSettings.self, from: Data(older.utf8)) == .sample())
  }

  @Test func `of a run that knew only Adam are read`() throws {
    let text = String(decoding: try JSONEncoder().encode(RunSettings.sample()), as: UTF8.self)
    let adam = #/"optimizer":\{("adam":\{[^}]*\})\}/#
    let match = try #require(try adam.firstMatch(in: text), "\(text)")
    let older = text.replacing(match.0, with: #""adam":{"beta1":0.5,"beta2":0.75,"epsilon":0.25}"#)
    let settings = try JSONDecoder().decode(RunSettings.self, from: Data(older.utf8))
    #expect(settings.optimizer == .adam(Adam(beta1: 0.5, beta2: 0.75, epsilon: 0.25)))
    let neither = Data(text.replacing(match.0, with: #""batch":4"#).utf8)
    #expect(throws: SettingsError.self) { try JSONDecoder().decode(RunSettings.self, from: neither) }
  }

  /// Each of these would end a process that believed it.
  @Test(arguments: [
    (#""classes":2"#, #""classes":0"#), (#""trainingShards":3"#, #""trainingShards":0"#),
    (#""batch":4"#, #""batch":-4"#), (#""steps":10"#, #""steps":-1"#),
    (#""steps":10"#, #""steps":9000000000000000000"#), (#""servers":1"#, #""servers":0"#),
    (#""poolPatches":8192"#, #""poolPatches":0"#), (#"{"workers":3}"#, #"{"workers":0}"#),
    (#"{"workers":3}"#, #"{"workers":3,"backups":3}"#), (#"{"workers":3}"#, #"{"workers":3,"backups":-1}"#),
    (#""sync":{"workers":3}"#, #""bounded":{"steps":-1}"#),
    (#""step":0"#, #""step":7"#), (#""statisticsDecay":0.5"#, #""statisticsDecay":1.5"#),
    (#""rate":0.25"#, #""rate":0"#), (#""rate":0.25"#, #""rate":-1"#),
  ])
  func `that no run can have are refused with what was expected`(right: String, wrong: String) throws {
    var settings = RunSettings.sample(consistency: .sync(workers: 3), statisticsDecay: 0.5)
    settings.learningRate = LearningRateSchedule(0.25)
    let text = String(decoding: try JSONEncoder().encode(settings), as: UTF8.self)
    try #require(text.contains(right), "\(text)")
    let changed = Data(text.replacing(right, with: wrong).utf8)
    let error = #expect(throws: SettingsError.self) { try JSONDecoder().decode(RunSettings.self, from: changed) }
    #expect(error?.description.hasPrefix("expected ") == true)
  }
}

@Suite struct `A learning rate` {
  @Test(arguments: [
    "0.001", "0.0003,13000000:3e-05", "1.0,5:0.5,6:0.25", "0.001*0.95/1000", "warm-up:500,0.001",
    "warm-up:2,1.0*0.5/10,5:0.5,6:0.25*0.9/3",
  ])
  func `is read and written alike`(text: String) throws {
    let schedule = try LearningRateSchedule(parsing: text)
    #expect("\(schedule)" == text)
    #expect(try LearningRateSchedule(parsing: "\(schedule)") == schedule)
    #expect(try JSONDecoder().decode(LearningRateSchedule.self, from: JSONEncoder().encode(schedule)) == schedule)
  }

  @Test func `holds from its step until that of the next`() throws {
    let schedule = try LearningRateSchedule(parsing: "1,5:0.5,7:0.25")
    #expect([0, 4, 5, 6, 7, 1_000_000].map(schedule.rate) == [1, 1, 0.5, 0.5, 0.25, 0.25])
  }

  @Test func `falls by its factor in the course of its steps, from where its piece begins`() throws {
    let schedule = try LearningRateSchedule(parsing: "1*0.25/10,20:8*0.5/1")
    for (step, rate) in [(0, 1), (5, 0.5), (10, 0.25), (19, pow(0.25, 1.9)), (20, 8), (22, 2)] {
      #expect(abs(Double(schedule.rate(at: step)) - rate) < 1e-6)
    }
  }

  @Test func `grows in equal steps up to what it is to be`() throws {
    let schedule = try LearningRateSchedule(parsing: "warm-up:4,1,3:0.5")
    #expect((0..<6).map(schedule.rate) == [0.25, 0.5, 0.75, 0.5, 0.5, 0.5])
  }

  @Test func `of an earlier version is read`() throws {
    let json = Data(#"{"pieces":[{"step":0,"rate":1}]}"#.utf8)
    #expect(try JSONDecoder().decode(LearningRateSchedule.self, from: json) == LearningRateSchedule(1))
  }

  @Test(arguments: [
    "", "x", "0", "-1", "inf", "nan", "1e-60", "1,", ",1", "1,5", "1,5:", "1,:1", "1,5:0", "1,0:1", "1,5:1,5:2",
    "1,6:1,5:2", "5:1", "1,-5:1", "1,5:1:1", "1 ", "1,99999999999999999999:1",
    "warm-up:5", "warm-up:0,1", "warm-up:-1,1", "1,warm-up:5", "warm-up:5,warm-up:5,1", "1*0/5", "1*2", "1*0.5/0",
    "1**/5",
    "1*inf/5", "1*0.5/5/5",
  ])
  func `that is none is refused in one line that repeats it`(text: String) throws {
    let error = #expect(throws: SettingsError.self) { try LearningRateSchedule(parsing: text) }
    #expect(error?.description.hasPrefix("expected a learning rate") == true)
    #expect(error?.description.hasSuffix("in '\(text)'") == true)
  }

  @Test(arguments: [
    #"{"pieces":[]}"#, #"{"pieces":[{"step":1,"rate":1}]}"#, #"{"pieces":[{"step":0,"rate":0}]}"#,
    #"{"pieces":[{"step":0,"rate":1},{"step":5,"rate":1},{"step":5,"rate":2}]}"#,
    #"{"pieces":[{"step":0,"rate":1}],"warmUpSteps":-1}"#,
    #"{"pieces":[{"step":0,"rate":1,"decay":{"factor":0,"steps":5}}]}"#,
    #"{"pieces":[{"step":0,"rate":1,"decay":{"factor":0.5,"steps":0}}]}"#,
  ])
  func `in a file must say what holds at each step`(json: String) {
    #expect(throws: SettingsError.self) { try JSONDecoder().decode(LearningRateSchedule.self, from: Data(json.utf8)) }
  }
}
