import ArgumentParser

@main
struct Worker: AsyncParsableCommand {
}
