import ArgumentParser
import Checkpoints
import Clusters
import Datasets
import Embeddings
import Evaluation
import Foundation
import Models
import Parameters
import Telemetry
import Tensors
import Training

/// Does the trainings of an experiment, one after the other: each a run as `antiphon train` makes it, in a folder of its
/// own. What is done is not done again.
struct ExperimentRunner {
  private let plan: ExperimentPlan
  private let folder: String
  private let dataset: Dataset
  private let stop: StopSignal
  private let display = ProgressDisplay()

  /// - Parameter folder: For everything; a new one, or that of the same experiment.
  init(_ plan: ExperimentPlan, in folder: String, stop: StopSignal) throws {
    let dataset = try Dataset(opening: plan.dataset, of: nil)
    var plan = plan
    plan.soundsDigest = dataset.description.soundsDigest
    plan.patchOrigin = dataset.description.patchOrigin
    self.plan = plan
    self.dataset = dataset
    self.folder = folder
    self.stop = stop
    let parts = dataset.description.splits
    guard parts[.evaluation]?.clipsPerLabel.contains(where: { $0 > 0 }) ?? false else {
      throw DatasetError.invalid(
        path: plan.dataset, reason: "there are no clips with labels in its evaluation part to compare on")
    }
    guard !plan.best || parts[.validation]?.clips ?? 0 > 0 else {
      throw DatasetError.invalid(
        path: plan.dataset, reason: "there are no clips in its validation part, by which --best finds checkpoints")
    }
    let file = "\(folder)/experiment.json"
    var kept = plan
    if let bytes = FileManager.default.contents(atPath: file) {
      guard let known = try? JSONDecoder().decode(ExperimentPlan.self, from: bytes) else {
        throw SettingsError("expected an experiment in \(file), it is damaged: remove it to go on with the same flags")
      }
      guard plan.canGoOn(from: known) else {
        throw SettingsError(
          "\(folder) holds an experiment with other flags, sounds or embeddings: give the same ones, or another folder")
      }
      kept.rows += known.rows.filter { row in !plan.rows.contains { $0.name == row.name } }
    }
    try Self.write(kept, to: file, in: folder)
  }

  private static func write(_ plan: ExperimentPlan, to file: String, in folder: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      try encoder.encode(plan).write(to: URL(filePath: file), options: .atomic)
    } catch { throw ClusterError("cannot write \(file): \(error.localizedDescription)") }
  }

  func run() throws -> ExperimentResult {
    let lock = try RunLock(ofExperiment: folder)
    var rows: [ExperimentResult.Row] = []
    var chance: Double?
    for (place, row) in plan.rows.enumerated() {
      var trainings: [ExperimentResult.Training] = []
      let base = row.longerThan.flatMap { name in rows.first { $0.name == name } }
      for seed in 0..<plan.seeds {
        let name = seed == 0 ? row.name : "\(row.name)-seed-\(seed)"
        display.note("\(place + 1) of \(plan.rows.count): \(name)")
        let run = try train(row, seed: seed, in: "\(folder)/\(name)", longerThan: base?.trainings[seed])
        let (report, step) = try evaluate(run, row)
        chance = report.chanceMeanAveragePrecision
        trainings.append(
          ExperimentResult.Training(seed: seed, step: step, trained: try TrainedTime(of: run), report))
      }
      rows.append(try ExperimentResult.Row(row, trainings, classes: dataset.description.classes))
    }
    _ = consume lock
    let labels = plan.comparedLabels?.count ?? dataset.description.classes
    return ExperimentResult(
      experiment: plan.name, headings: plan.headings, labels: labels, chanceMap: chance, rows: rows, papers: plan.papers
    )
  }

  /// Trains a row, or what is left of it.
  ///
  /// - Parameter base: The training than which this one is longer.
  private func train(
    _ row: ExperimentPlan.Row, seed: Int, in path: String, longerThan base: ExperimentResult.Training?
  ) throws -> RunFolder {
    let run: RunFolder
    if FileManager.default.fileExists(atPath: "\(path)/configuration.json") {
      run = try RunFolder(opening: path)
    } else {
      var options = try TrainingOptions.parse(arguments(of: row, seed: seed, longerThan: base))
      try options.validate(isResuming: false)
      options = try options.keeping(plan.average ?? 1, over: base == nil ? plan.budget : .steps(options.steps!))
      run = try RunFolder(creating: path, options.newRun())
    }
    let lock = try RunLock(run)
    var training = LocalTraining(folder: run)
    if case .seconds(let seconds) = plan.budget, row.longerThan == nil {
      training.seconds = seconds - (try TrainedTime(of: run).seconds)
      if training.seconds! < 1 { return run }
    } else if let status = try run.lastStatus(), status.step >= status.steps {
      return run
    }
    let status = try training.run(stop: stop)
    _ = consume lock
    if stop.isSent { throw Interruption() }
    if training.seconds != nil {
      // It has all the steps that it was to have.
      var settings = try run.settings()
      settings.steps = status.step
      try run.write(settings)
    }
    return run
  }

  private func arguments(
    of row: ExperimentPlan.Row, seed: Int, longerThan base: ExperimentResult.Training?
  ) throws -> [String] {
    var steps = Int(Int32.max)
    var learningRate = row.learningRate
    if let base {
      steps = Int(Double(base.steps) * ExperimentPlan.longerBy)
      let rate = try LearningRateSchedule(parsing: learningRate).rate(at: 0) * ExperimentPlan.lateFactor
      learningRate += ",\(max(1, Int(Double(steps) * ExperimentPlan.lateShare))):\(rate)"
    } else if case .steps(let budget) = plan.budget {
      steps = budget
    }
    let data = try subsetFolder(of: row)
    let augment = row.augment.map { ["--augment", $0] } ?? []
    let evaluate = plan.best ? ["--evaluate"] : []
    return [
      "--model", row.model, "--data", data, "--steps", "\(steps)", "--learning-rate", learningRate, "--seed", "\(seed)",
    ] + augment + evaluate + plan.training + row.flags
  }

  /// The dataset on which a row is trained: the whole one, or a part of it, which is written first.
  private func subsetFolder(of row: ExperimentPlan.Row) throws -> String {
    guard row.subset != DatasetSubset() else { return dataset.folder }
    let names = [
      row.subset.labels.map { "\($0.count)-labels" }, row.subset.trainingClips.map { "\($0)-clips" },
    ]
    let path = "\(folder)/data/\(names.compactMap(\.self).joined(separator: "-"))"
    try EmbeddingMaker.copy(from: dataset.folder, into: path)
    try row.subset.write(of: dataset, into: path) { done, total in
      display.update(TaskProgress("copy", done: done, total: total, unit: "shards"))
      if stop.isSent { throw Interruption() }
    }
    return path
  }

  /// Scores the evaluation part, unless that is done.
  private func evaluate(_ run: RunFolder, _ row: ExperimentPlan.Row) throws -> (EvaluationReport, step: Int) {
    let scorer: RunScorer
    do {
      scorer = try RunScorer(run, plan.best ? .best : .newest, averaging: plan.average ?? 1) { display.note($0) }
    } catch {
      let remedy =
        plan.average == nil
        ? "remove \(run.path) to have it trained anew"
        : "steps this quick leave fewer than --average \(plan.average!) needs: give more steps, and another --into"
      throw ClusterError("\(error); \(remedy)")
    }
    let step = scorer.checkpoint.manifest.step
    let distances = zip(scorer.steps, scorer.steps.dropFirst()).map { $1 - $0 }
    if let least = distances.min(), distances.max()! > 2 * least {
      let steps = scorer.steps.map(String.init).joined(separator: ", ")
      display.note("\(row.name): the mean is of the checkpoints of steps \(steps): their distances are not equal")
    }
    let path = "\(run.path)/compared"
    if let known = try EvaluationResult(at: "\(path).json"), known.step == step { return (known.report, step) }
    let own = row.subset.labels ?? Array(0..<dataset.description.classes)
    let compared = (plan.comparedLabels ?? own).compactMap(own.firstIndex(of:))
    let threads = AvailableCores().count
    let check: @Sendable () throws -> Void = { [stop] in if stop.isSent { throw Interruption() } }
    let balance = plan.balanced.map { LabelBalance(clipsPerLabel: $0, among: Set(compared)) }
    let clips = try scorer.clips(of: .evaluation, by: balance, threads: threads, check: check)
    let scored = try scorer.score(
      .evaluation, clips, threads: threads, display, check: check, into: ScoredClips(classes: compared.count)
    ) { scored, clip in
      try scored.add(
        scores: compared.map { clip.scores[$0] }, labels: clip.labels.compactMap(compared.firstIndex(of:)))
    }
    let report = try scorer.report(of: scored, labels: compared, threads: threads)
    try EvaluationResult(report, of: scorer, .evaluation, balanced: plan.balanced).write(to: path)
    return (report, step)
  }
}

extension ExperimentResult.Training {
  fileprivate init(seed: Int, step: Int, trained: TrainedTime, _ report: EvaluationReport) {
    (self.seed, steps, examples, seconds) = (seed, step, trained.examples, trained.seconds)
    (auc, dPrime, map) = (report.auc, report.dPrime, report.meanAveragePrecision)
  }
}

extension ExperimentResult.Row {
  fileprivate init(_ row: ExperimentPlan.Row, _ trainings: [ExperimentResult.Training], classes: Int) throws {
    let layers = Network(
      try ModelSpecification(parsing: row.model), classes: row.subset.labels?.count ?? classes
    ).stageSummaries.flatMap(\.layers)
    (name, cells, model, paper) = (row.name, row.cells, row.model, row.paper)
    (weights, multiplies, self.trainings) = (layers.weights, layers.multiplies, trainings)
  }
}
