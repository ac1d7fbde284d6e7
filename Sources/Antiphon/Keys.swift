import ArgumentParser
import Clusters
import Transport

struct Keys: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Makes the keys that the processes of a run prove to each other, or admits one more client.",
    discussion: """
      A new run has keys from the beginning; this makes those of a run that has none, and changes none that there are. \
      They stand in RUN/keys, which nobody else may read: servers that listen beyond loopback let only those in who have \
      a key that RUN/keys/admitted names (CURVE). Processes that see the run's folder need not be told.

      A worker on a machine that does not see it needs one file. It is admitted at once, also while the run is on; when \
      its line in RUN/keys/admitted is deleted, it is not let in again.

      Where a run's folder is yet to be made, as on a cluster that is given its keys as a secret, --new makes it with \
      nothing but the keys; 'antiphon train' then makes the rest of the run, and keeps them.

      Examples:
        antiphon keys runs/first --add node-7 --into node-7.keys
        worker --servers 10.0.0.1:5000,10.0.0.2:5000 --keys node-7.keys --index 7
      """)

  @Argument(help: .init("The folder of the run.", valueName: "run"))
  var runFolder: String

  @Flag(help: "Make the folder, which must not be there, with the keys of a run that is yet to be made.")
  var new = false

  @Option(help: .init("Make a pair of keys for one more client, and admit it under a name.", valueName: "name"))
  var add: String?

  @Option(help: .init("The file to write for the client of --add: all that it needs.", valueName: "file"))
  var into: String?

  @OptionGroup var output: OutputOptions

  func validate() throws {
    guard (add == nil) == (into == nil) else {
      throw ValidationError("expected both --add NAME and --into FILE, or none of them.")
    }
  }

  func run() throws {
    try reportingErrors {
      let keys = try new ? KeyFolder(inNewFolder: runFolder) : RunFolder(opening: runFolder).keys
      let isNew = !keys.exists
      if isNew { try keys.create() }
      var lines = ["\(keys.path): \(isNew ? "keys are made" : "there are keys")"]
      if let add, let into {
        _ = try keys.admit(add, writing: into)
        lines.append("\(add) is admitted, \(into) has its keys: nobody else may read it")
      }
      let report = try KeyReport(of: keys)
      lines.append("servers prove \(report.serverPublicKey)")
      lines += report.admitted.map { "  admitted    \($0.publicKey) \($0.name)" }
      try output.show(report, lines)
    }
  }
}

/// What anybody may know of a run's keys.
private struct KeyReport: Encodable {
  struct Client: Encodable {
    let name: String
    let publicKey: String
  }

  let folder: String
  let serverPublicKey: String
  let admitted: [Client]

  init(of keys: KeyFolder) throws {
    folder = keys.path
    serverPublicKey = "\(try keys.server().publicKey)"
    _ = try keys.client()  // a file that is damaged is to be named now
    admitted = try keys.admitted().map { Client(name: $0.name, publicKey: "\($0.key)") }
  }
}
