import ArgumentParser

/// The questions of papers, asked of a user's own data.
struct Experiment: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains and compares networks, numbers of labels, or amounts of data, as tables of papers do.",
    subcommands: [Table2.self, Table3.self, Table4.self, AED.self])
}
