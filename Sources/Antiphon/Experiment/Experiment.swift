import ArgumentParser

/// The paper's questions, asked of a user's own data.
struct Experiment: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Trains and compares networks, numbers of labels, or amounts of data, as the paper's tables do.",
    subcommands: [Table2.self, Table3.self, Table4.self])
}
