import Clusters
import Foundation
import Testing

/// The launchers of `Cluster`, as far as they can be had here: each trial is a script that starts a real one.
@Suite struct `A run on a cluster` {
  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../..")
    .standardizedFileURL

  /// Root, who may make hosts of network namespaces, and programs that are there.
  private static func has(_ programs: String...) -> Bool {
    guard getuid() == 0, let trial = try? LocalProcess(["unshare", "--net", "--mount", "true"], log: "/dev/null") else {
      return false
    }
    while trial.ending == nil { usleep(1000) }
    let places = ["/bin", "/sbin", "/usr/bin", "/usr/sbin"]
    return trial.ending == .exit(0)
      && programs.allSatisfy { program in places.contains { access("\($0)/\(program)", X_OK) == 0 } }
  }

  @Test func `that is one machine is started by a script that starts the two programs`() async throws {
    let scratch = try Scratch()
    let data = try await SmallDataset.prepare(in: scratch)
    let script = try String(contentsOf: Self.repository.appending(path: "Cluster/local/train"), encoding: .utf8)
      .replacing(#/(?m)^(run|model|data|programs)=\S+/#) { match in
        let values = ["run": scratch.path("run"), "model": "fc-1x16", "data": data, "programs": Programs.folder.path]
        return "\(match.1)=\(values[String(match.1)]!)"
      }
    let process = try LocalProcess(["bash", scratch.write(script, to: "train")], log: scratch.path("log"))
    while process.ending == nil { try await Task.sleep(for: .milliseconds(200)) }
    let said = try String(contentsOfFile: scratch.path("log"), encoding: .utf8)
    #expect(process.ending == .exit(0), "\(said)")
    let status = try await Programs.antiphon("status", scratch.path("run"), "--json", in: scratch)
    #expect(status.output.contains(#/"state" ?: ?"finished"/#), "\(said)")
  }

  private func run(_ trial: String) async throws {
    let scratch = try Scratch()
    let log = scratch.path("log")
    let process = try LocalProcess(
      [Self.repository.appending(path: trial).path, "short", Programs.folder.path], log: log)
    while process.ending == nil { try await Task.sleep(for: .milliseconds(200)) }
    let said = try String(contentsOfFile: log, encoding: .utf8)
    #expect(process.ending == .exit(0), "\(trial) said:\n\(said)")
  }

  @Test(.enabled(if: has("slurmctld", "slurmd", "munged"), "Slurm and root are needed"), .timeLimit(.minutes(15)))
  func `of Slurm is requeued when its time is over, and follows the number of workers`() async throws {
    try await run("Tests/Slurm/trial")
  }

  @Test(
    .enabled(if: has("sshd", "ssh", "ip", "nsenter"), "sshd, network namespaces and root are needed"),
    .timeLimit(.minutes(15)))
  func `of ssh outlives its watcher and one of its hosts`() async throws {
    try await run("Tests/Hosts/trial")
  }
}
