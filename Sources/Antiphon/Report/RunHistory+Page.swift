import Figures
import Foundation
import Parameters
import Telemetry

extension RunHistory {
  private static let mostEvents = 200

  /// What the run has taken.
  var costTiles: [Element] {
    guard let status else { return [] }
    let servers = status.processes.count { $0.role == .server }
    let starts = cost.starts > 1 ? ", \(cost.starts) starts" : ""
    return [
      .tile(TaskProgress.time(cost.seconds), "training\(starts)"),
      .tile(TaskProgress.time(cost.workerSeconds), "of all workers together"),
      .tile(TaskProgress.grouped(status.examples), "examples"),
      .tile("\(TaskProgress.grouped(status.step))", "of \(TaskProgress.grouped(status.steps)) steps"),
      .tile("\(servers) + \(status.desiredWorkers)", "servers + workers"),
    ]
  }

  var training: Element {
    .section("Training") {
      if figures.isEmpty {
        Element("p") { "Nothing was recorded of it." }
      } else {
        Element("div", ["class": "charts"]) { figures.map(\.element) }
      }
    }
  }

  /// The configuration, and what happened.
  var details: [Element] {
    [
      .details("Configuration") {
        Element.table(["setting", "value"], words: 2, configuration.map { [$0.0, $0.1] })
      },
      .details("What happened") {
        Element.table(
          ["when", "what", "step"], words: 2,
          events.suffix(Self.mostEvents).map {
            [Date(timeIntervalSince1970: $0.unixSeconds).inWords, $0.text, TaskProgress.grouped($0.step)]
          })
      },
    ]
  }

  private var configuration: [(String, String)] {
    [
      ("network", settings.model), ("labels", "\(settings.classes)"), ("dataset", settings.dataset),
      ("examples in a mini-batch", "\(settings.batch)"), ("steps", TaskProgress.grouped(settings.steps)),
      ("optimizer", settings.optimizer.name), ("learning rate", "\(settings.learningRate)"),
      ("consistency", "\(settings.consistency)"), ("servers", "\(settings.servers)"),
      ("workers", "\(settings.workers)"), ("replicas", "\(settings.replicas)"),
      ("weights travel as", "\(settings.weightFormat)"), ("gradients travel as", "\(settings.gradientFormat)"),
      ("augmentation", settings.augmentations.map { "\($0)" }.joined(separator: ", ")),
      ("begins with", settings.initialValues ?? "random weights"), ("seed", "\(settings.seed)"),
    ].filter { !$0.1.isEmpty }
  }
}
