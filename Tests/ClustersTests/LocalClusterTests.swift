import Clusters
import Foundation
import Testing

@Suite(.timeLimit(.minutes(1))) struct `The processes of a run on one machine` {
  /// Programs that only say with which flags they were started, in the log that they are given.
  private func makePrograms(in folder: String) throws {
    let script = "\(folder)/script"
    try "#!/bin/sh\necho \"$@\"\nexec sleep 50\n".write(toFile: script, atomically: true, encoding: .utf8)
    // Another program copies it: what this one writes, a process that another test starts meanwhile may hold open (ETXTBSY).
    for name in ["paramserver", "worker"] {
      try Process.run(URL(filePath: "/usr/bin/install"), arguments: ["-m", "755", script, "\(folder)/\(name)"])
        .waitUntilExit()
    }
  }

  /// The number of threads that a worker was told.
  private func threads(ofWorker index: Int, in folder: RunFolder) throws -> Int? {
    let start = ContinuousClock.now
    while ContinuousClock.now - start < .seconds(20) {
      let said = (try? String(contentsOfFile: "\(folder.logs)/worker-\(index).log", encoding: .utf8)) ?? ""
      if let line = said.split(separator: "\n").last, said.hasSuffix("\n") {
        let flags = line.split(separator: " ")
        guard let place = flags.firstIndex(of: "--threads"), place + 1 < flags.count else { return nil }
        return Int(flags[place + 1])
      }
      Thread.sleep(forTimeInterval: 0.02)
    }
    return nil
  }

  @Test func `are told as many threads as is fair for the workers that there are to be`() throws {
    try withTemporaryFolder { folder in
      try makePrograms(in: folder)
      let run = try RunFolder(creating: "\(folder)/run", someSettings)
      let cluster = try LocalCluster(
        run, wanted: ProcessName.all(servers: 1, workers: 2), programs: folder, threads: { 24 / $0 })
      defer {
        cluster.kill()
        while cluster.isAnyRunning { _ = cluster.hearEndings(at: 9) }
      }
      _ = try cluster.tick(at: 0)
      #expect(try [0, 1].map { try threads(ofWorker: $0, in: run) } == [12, 12])
      cluster.wanted = ProcessName.all(servers: 1, workers: 4)
      _ = try cluster.tick(at: 1)
      #expect(try [0, 1, 2, 3].map { try threads(ofWorker: $0, in: run) } == [12, 12, 6, 6])
    }
  }
}
