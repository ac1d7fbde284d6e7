import ArgumentParser
import Datasets
import Models
import Parameters

struct Table4: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "How much data: trains on fewer and fewer clips for equally long, and compares.",
    discussion: """
      For each number, a dataset with so many clips to train on is written into the folder; the fewer are among the more. \
      The paper had 70M, 7M, 700K, 70K and 23K videos, and saw the last two learnt by heart, without augmentation; with \
      --augment each is trained with it, too.

      Example:
        antiphon experiment table4 --data dataset/ --into table4/ --model resnet14-w16 --clips 20000,2000,200 \
          --augment mixup,spec-augment --minutes 20
      """)

  @Option(help: "The network.")
  var model = "resnet50"

  @Option(help: "How many clips, the most first.", transform: numbers)
  var clips: [Int]

  @Option(
    help: "Train on each once more, with this augmentation: 'mixup', 'spec-augment' or both, with a comma between.")
  var augment: String?

  @OptionGroup var options: ExperimentOptions

  func run() throws {
    try reportingErrors {
      let dataset = try options.dataset
      let all = dataset.description.splits[.train]?.clips ?? 0
      guard clips == clips.sorted(by: >), clips[0] <= all else {
        throw SettingsError("expected at most \(all) clips, the most first, found \(clips)")
      }
      let specification = try ModelSpecification(parsing: model)
      if let augment { _ = try Augmentation.list(parsing: augment) }
      let augmentations = augment.map { [nil, $0] } ?? [nil]
      let rows = clips.indices.flatMap { place in
        augmentations.map { row(place, augment: $0, of: "\(specification)", all: all) }
      }
      guard try TrainingOptions.parse(options.training).augment == nil else {
        throw SettingsError("expected --augment before '--', where it adds rows")
      }
      let papers = rows.contains { $0.paper != nil } ? [] : (0..<5).compactMap(PaperScore.table4)
      try options.run(
        ExperimentPlan(
          name: "table4", headings: ["clips", "augmentation"], rows: rows, balanced: options.balanced,
          dataset: dataset.folder, budget: options.budget, training: options.training, papers: papers))
    }
  }

  private func row(_ place: Int, augment: String?, of model: String, all: Int) -> ExperimentPlan.Row {
    let count = clips[place]
    return ExperimentPlan.Row(
      name: "\(count)-clips" + (augment == nil ? "" : "-augmented"), cells: ["\(count)", augment ?? "none"],
      model: model, learningRate: options.learningRate,
      subset: DatasetSubset(trainingClips: count == all ? nil : count), augment: augment,
      paper: augment == nil && clips.count == 5 ? .table4(place: place) : nil)
  }
}
