import Foundation
import Testing

/// Runs on hosts of an `ssh` that is a script: it has no other machine, or none at all. `Tests/Hosts/trial` has a real one.
@Suite(.serialized) struct `A run on hosts` {
  private let scratch: Scratch
  private let dataset: String

  init() async throws {
    scratch = try Scratch()
    dataset = try await SmallDataset.prepare(in: scratch)
  }

  /// Has a script in the place of ssh.
  private func start(_ run: TrainedRun, hosts: String, ssh: String) throws -> Programs.Running {
    let folder = try scratch.folder(withProgram: "ssh", ssh)
    let path = "\(folder):\(ProcessInfo.processInfo.environment["PATH"] ?? "/bin")"
    return try run.start(
      steps: 100_000, ["--hosts", try scratch.write(hosts, to: "hosts.txt")], environment: ["PATH": path])
  }

  private func antiphon(_ arguments: String..., code: Int32) async throws -> String {
    let ending = try await Programs.start("antiphon", arguments, in: scratch).end(within: 60)
    #expect(ending.code == code, "\(arguments): \(ending.errors)")
    return ending.errors
  }

  @Test func `is given another number of workers only where somebody follows it and there is room`() async throws {
    let run = TrainedRun("hosted", of: dataset, in: scratch)
    // The last word is the command, whose input ends with the watcher.
    let here = #"""
      for command; do :; done
      tail --pid="$PPID" -f /dev/null | SSH_CONNECTION="127.0.0.1 1 127.0.0.1 2" sh -c "$command"
      """#
    let watcher = try start(run, hosts: "here slots=3\n", ssh: here)
    try await run.wait { $0.step >= 10 }
    let many = try await antiphon("scale", run.folder, "--workers", "4", code: 78)
    #expect(many.contains("expected at most 3 workers, as the run's hosts have slots, 4 came"), "\(many)")
    _ = try await antiphon("scale", run.folder, "--workers", "3", code: 0)
    try await run.wait { status in status.processes.count { $0.role == .worker } == 3 }

    kill(watcher.process.processIdentifier, SIGKILL)
    _ = try await watcher.end(within: 10)
    let unwatched = try await antiphon("scale", run.folder, "--workers", "1", code: 75)
    #expect(unwatched.contains("nobody watches the run in \(run.folder)"), "\(unwatched)")
    #expect(try await run.status().desiredWorkers == 3)
    _ = try await antiphon("stop", run.folder, code: 0)
    #expect(try await antiphon("scale", run.folder, "--workers", "1", code: 75).contains("is not running"))
  }

  @Test func `that has none of them was never started, and leaves nothing`() async throws {
    let unknown = "echo 'ssh: Could not resolve hostname nowhere' >&2; exit 255"
    let runs = [TrainedRun("gone", of: dataset, in: scratch), TrainedRun("keyed", of: dataset, in: scratch)]
    _ = try await antiphon("keys", runs[1].folder, "--new", code: 0)
    let running = try runs.map { try start($0, hosts: "nowhere slots=2\n", ssh: unknown) }
    for (run, process) in zip(runs, running) {
      let ending = try await process.end(within: 90)
      #expect(ending.code == 75 && !ending.errors.contains("goes on"), "\(ending.errors)")
      #expect(ending.errors.contains("nothing was started there. nowhere: ssh: Could not resolve"), "\(ending.errors)")
      #expect(try await antiphon("stop", run.folder, code: 78).contains("expected the folder of a run"))
    }
    #expect(!FileManager.default.fileExists(atPath: runs[0].folder))
    #expect(FileManager.default.fileExists(atPath: "\(runs[1].folder)/keys/client"))
  }
}
