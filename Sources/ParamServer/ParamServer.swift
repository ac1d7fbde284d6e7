import ArgumentParser

@main
struct ParamServer: AsyncParsableCommand {
}
