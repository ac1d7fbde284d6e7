import ArgumentParser

@main
struct Antiphon: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "antiphon",
    abstract: "Trains audio networks on clusters of ordinary machines: from sound files to scores.",
    subcommands: [Prepare.self, Scenes.self])
}
