import Checkpoints
import Foundation
import Glibc
import Parameters
import Testing

@Suite struct `The folder of checkpoints` {
  @Test func `gives each checkpoint a name that sorts after all that are there`() throws {
    try withTemporaryFolder { path in
      let folder = CheckpointStore(folder: "\(path)/checkpoints")
      #expect(
        [120, 120, 130, 125, 130, 131].map { "\(folder.newName(step: $0))" } == [
          "step-00000120", "step-00000120-2", "step-00000130-2", "step-00000125-3", "step-00000130-3",
          "step-00000131-3",
        ])
      let committed = try folder.committed()
      #expect(committed.isEmpty)
      let texts = ["step-00000120", "step-00000130", "step-123456789", "step-00000005-2", "step-00000004-10"]
      let names = texts.compactMap { CheckpointName($0) }
      #expect(names.map(\.description) == texts && names.reversed().sorted() == names)
      let wrong = [
        "", "step", "step-", "step-1", "step-0000012x", "step--0000012", "step-00000120-1", "step-00000120-", "x",
      ]
      #expect(wrong.allSatisfy { CheckpointName($0) == nil })
    }
  }

  @Test func `takes the last that was committed, also where the run went back and has fewer steps`() throws {
    try withTemporaryFolder { path in
      let folder = CheckpointStore(folder: path)
      try folder.save(step: 100)
      let damaged = try folder.save(step: 200)
      try write([], to: "\(damaged)/manifest.json")
      #expect(try folder.newestGood().checkpoint?.manifest.step == 100)
      try folder.save(step: 120)
      #expect(try folder.newestGood().checkpoint?.manifest.step == 120)
      #expect(try folder.newestGood().refused == [])
      try folder.prune(keep: 1)
      #expect(try folder.committed().map(\.step) == [120])
    }
  }

  @Test func `keeps the newest committed ones, what is being written, and what is not its own`() throws {
    try withTemporaryFolder { path in
      let folder = CheckpointStore(folder: path)
      try folder.prune(keep: 3)
      for step in [1, 2, 3] { try folder.save(step: step) }
      let leftover = folder.newName(step: 4)
      _ = try folder.write(name: leftover, states: states(atStep: 4), servers: 2)
      try write([1], to: "\(path)/notes.txt")
      try FileManager.default.createDirectory(atPath: "\(path)/step-by-step", withIntermediateDirectories: true)
      func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: path).sorted() }

      try folder.prune(keep: 5)
      let all = ["notes.txt", "step-00000001", "step-00000002", "step-00000003", "step-00000004", "step-by-step"]
      #expect(try names() == all)
      try folder.save(step: 5)
      let open = folder.newName(step: 6)
      _ = try folder.write(name: open, states: states(atStep: 6), servers: 2)
      try folder.prune(keep: 2)
      #expect(try names() == ["notes.txt", "step-00000003", "step-00000005", "step-00000006", "step-by-step"])
      try folder.prune(keep: 0)
      #expect(try names() == ["notes.txt", "step-00000005", "step-00000006", "step-by-step"])
      #expect(try folder.newestGood().checkpoint?.manifest.step == 5)
    }
  }

  @Test func `forgets what was given up, and never what was committed`() throws {
    try withTemporaryFolder { path in
      let folder = CheckpointStore(folder: path)
      try folder.save(step: 100)
      let names = try (0..<3).map { index in
        let name = folder.newName(step: 200 + index)
        try write([1, 2, 3], to: "\(path)/\(name)/shard")
        return name
      }
      let committed = try folder.committed()
      try folder.discard(committed + names.prefix(2) + [try #require(CheckpointName("step-00000999"))])
      #expect(try folder.names() == committed + [names[2]])
      #expect(try folder.newestGood().checkpoint?.manifest.step == 100)
    }
  }

  @Test func `says that it cannot be read where it is no folder`() throws {
    try withTemporaryFolder { path in
      try write([1], to: "\(path)/file")
      #expect(throws: CheckpointError.unreadable(path: "\(path)/file", reason: "Not a directory")) {
        try CheckpointStore(folder: "\(path)/file").newestGood()
      }
      let name = CheckpointStore(folder: "\(path)/file").newName(step: 1)
      #expect(throws: CheckpointError.self) {
        try CheckpointStore(folder: "\(path)/file").write(name: name, states: states(atStep: 1), servers: 1)
      }
    }
  }
}

@Suite struct `Writing a checkpoint` {
  private func manifest(_ shards: [ShardRecord]) -> CheckpointManifest {
    var manifest = CheckpointManifest(run: 1, manifest: model, slots: slots)
    manifest.step = 9
    manifest.shards = shards
    return manifest
  }

  @Test func `leaves the old one the newest good until it is committed, wherever the writers are killed`() throws {
    try withTemporaryFolder { path in
      let folder = CheckpointStore(folder: path)
      try folder.save(step: 5)
      let name = folder.newName(step: 9)
      let saved = states(atStep: 9)
      var writer = try folder.shardWriter(
        name, server: 0, of: 1, manifest: model, owned: model.chunks.indices, slots: slots,
        generation: 1)
      for chunk in model.chunks.indices {
        #expect(try folder.newestGood().checkpoint?.manifest.step == 5)
        #expect(try folder.newestGood().refused == [])
        try writer.write(ChunkSnapshot(chunk: chunk, state: saved[chunk]))
      }
      let record = try writer.finish()
      #expect(try folder.newestGood().checkpoint?.manifest.step == 5)
      #expect(try folder.committed().map(\.step) == [5])
      try folder.commit(manifest([record]), name: name)
      #expect(try folder.newestGood().checkpoint?.manifest.step == 9)
    }
  }

  @Test func `is not disturbed by a replaced start of a server that goes on writing`() throws {
    try withTemporaryFolder { path in
      let folder = CheckpointStore(folder: path)
      let name = folder.newName(step: 9)
      let old = states(atStep: 1)
      var replaced = try folder.shardWriter(
        name, server: 0, of: 1, manifest: model, owned: model.chunks.indices, slots: slots,
        generation: 1)
      try replaced.write(ChunkSnapshot(chunk: 0, state: old[0]))
      let shards = try folder.write(name: name, states: states(atStep: 9), servers: 1, generation: 2)
      try replaced.write(ChunkSnapshot(chunk: 1, state: old[1]))
      try folder.commit(manifest(shards), name: name)
      try replaced.write(ChunkSnapshot(chunk: 2, state: old[2]))
      let checkpoint = try #require(try folder.newestGood().checkpoint)
      for (chunk, state) in states(atStep: 9).enumerated() {
        #expect(Bits(try checkpoint.chunkState(chunk, of: model)) == Bits(state))
      }
      let files = try FileManager.default.contentsOfDirectory(atPath: "\(path)/\(name)").sorted()
      #expect(files == ["manifest.json", "server-00000-of-00001.safetensors"])
    }
  }

  @Test func `is not committed when a server's shard is not there, or its record names another file`() throws {
    try withTemporaryFolder { path in
      let folder = CheckpointStore(folder: path)
      let name = folder.newName(step: 9)
      let shards = try folder.write(name: name, states: states(atStep: 9), servers: 2)
      let swapped = manifest(shards.reversed())
      #expect(throws: CheckpointError.self) { try folder.commit(swapped, name: name) }
      let file = "\(path)/\(name)/server-00001-of-00002.safetensors"
      try FileManager.default.removeItem(atPath: "\(file).1")
      #expect(throws: CheckpointError.unwritable(path: file, reason: "No such file or directory")) {
        try folder.commit(manifest(shards), name: name)
      }
      #expect(try folder.committed().isEmpty)
    }
  }

  @Test func `to a disk that is full says which file and why, and leaves neither halves nor a checkpoint`() async {
    await #expect(processExitsWith: .success) {
      try withTemporaryFolder { path in
        let folder = CheckpointStore(folder: path)
        try folder.save(step: 5)
        let name = folder.newName(step: 9)
        // No file may grow beyond 4000 bytes; without the signal that would end the process, the write fails.
        signal(SIGXFSZ, SIG_IGN)
        var limit = rlimit(rlim_cur: 4000, rlim_max: 1 << 40)
        #expect(setrlimit(__rlimit_resource_t(RLIMIT_FSIZE.rawValue), &limit) == 0)
        let file = "\(path)/\(name)/server-00000-of-00001.safetensors.1"
        #expect(throws: CheckpointError.unwritable(path: file, reason: "File too large")) {
          try folder.write(name: name, states: states(atStep: 9), servers: 1)
        }
        #expect(!FileManager.default.fileExists(atPath: file))
        #expect(try folder.newestGood().checkpoint?.manifest.step == 5)
        #expect(try folder.newestGood().refused == [])
      }
    }
  }
}
