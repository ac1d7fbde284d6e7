import ArgumentParser

/// The questions of papers, asked of a user's own data.
struct Experiment: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains and compares: networks, numbers of labels, amounts of data, or what else you ask.",
    subcommands: [Table2.self, Table3.self, Table4.self, AED.self, Compare.self])
}
