import ArgumentParser
import Clusters
import Foundation
import Tensors

struct HostCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "host",
    abstract: "Keeps going what a run has on this host; 'antiphon train --hosts' starts it there.",
    discussion: """
      It goes on when nobody watches, and ends with the run. SIGTERM has the run end in good order.

      Example: antiphon host runs/first --name node3 --address 10.0.0.3
      """)

  @Argument(help: .init("The folder of the run, on a disk that all hosts share.", valueName: "run"))
  var runFolder: String

  @Option(help: "The name of this host in the file of hosts.")
  var name: String

  @Option(help: "The address by which the others reach this host; by default the one to which ssh came.")
  var address: String?

  @Flag(help: "Start it by itself if it is not there, pass on what it says, and leave it when the input ends.")
  var detach = false

  func run() throws {
    try reportingErrors {
      let folder = try RunFolder(opening: runFolder)
      guard let address = address ?? Self.addressOfThisHost else {
        throw ClusterError("expected --address, by which the others reach \(name): no ssh says it")
      }
      try detach ? follow(folder, address) : keep(folder, address)
    }
  }

  /// What ssh was connected to: `SSH_CONNECTION` is "their address, their port, ours, our port".
  private static var addressOfThisHost: String? {
    let words = ProcessInfo.processInfo.environment["SSH_CONNECTION"]?.split(separator: " ")
    guard let words, words.count == 4 else { return nil }
    return words[2].contains(":") ? "[\(words[2])]" : String(words[2])
  }

  private func follow(_ folder: RunFolder, _ address: String) throws {
    Thread.detachNewThread {
      while let data = try? FileHandle.standardInput.read(upToCount: 1), !data.isEmpty {}
      Self.exit()
    }
    let follower = KeeperFollower(folder, host: name, address: address, program: "\(LocalTraining.programs)/antiphon") {
      // Where nobody can hear it any more, the input has ended too.
      try? FileHandle.standardOutput.write(contentsOf: Data("\($0)\n".utf8))
    }
    try follower.follow()
  }

  private func keep(_ folder: RunFolder, _ address: String) throws {
    let lock = try RunLock(folder, host: name)
    _ = setsid()  // it may lead a session already
    signal(SIGHUP, SIG_IGN)
    let stop = StopSignal()
    stop.followSignals()
    try folder.write(KeeperState(.keeping), of: name)
    do {
      var keeper = try HostKeeper(
        folder, host: name, address: address, stop: stop, threads: { AvailableCores().share(among: $0) },
        say: { line in
          FileHandle.standardError.write(Data("\(Date.now.formatted(.iso8601)) \(line)\n".utf8))
        })
      try keeper.run()
    } catch {
      try folder.write(KeeperState(.failed, reason: "\(error)"), of: name)
      throw error
    }
    try folder.write(KeeperState(.done), of: name)
    _ = consume lock
  }
}
