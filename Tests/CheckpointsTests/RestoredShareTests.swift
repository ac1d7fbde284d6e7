import Foundation
import Parameters
import Synchronization
import Tensors
import Testing

@testable import Checkpoints

/// A board in memory that several servers share.
private final class SharedBoard: Sendable {
  struct Contents: Sendable {
    var starts: [UInt32]
    var findings: [CheckFinding] = []
  }

  let contents: Mutex<Contents>

  init(starts: [UInt32]) { contents = Mutex(Contents(starts: starts)) }
}

extension SharedBoard: CheckBoard {
  func starts() -> [UInt32] { contents.withLock { $0.starts } }
  func findings() -> [CheckFinding] { contents.withLock { $0.findings } }
  func post(_ finding: CheckFinding) { contents.withLock { $0.findings.append(finding) } }
}

/// A folder of checkpoints that counts the bytes that are read from shards.
private final class CountingPlace: CheckpointPlace {
  private struct CountingFile: ReadableFile {
    let file: any ReadableFile
    let place: CountingPlace
    var path: String { file.path }
    var size: Int { get throws(CheckpointError) { try file.size } }

    func read(into destination: inout MutableRawSpan, _ part: Range<Int>, at offset: Int) throws(CheckpointError) {
      try file.read(into: &destination, part, at: offset)
      place.bytes.withLock { $0 += part.count }
    }
  }

  private let folder: CheckpointFolder
  let bytes = Mutex(0)
  var location: String { folder.location }

  init(_ path: String) { folder = CheckpointFolder(path) }

  func open(_ file: String, of name: CheckpointName) throws(CheckpointError) -> any ReadableFile {
    let opened = try folder.open(file, of: name)
    return file == CheckpointManifest.fileName ? opened : CountingFile(file: opened, place: self)
  }

  func files() throws(CheckpointError) -> [CheckpointName: [String]] { try folder.files() }
  func newName(step: Int, after last: CheckpointName?) -> CheckpointName { folder.newName(step: step, after: last) }
  func shardName(server: Int, of count: Int, generation: UInt32) -> String {
    folder.shardName(server: server, of: count, generation: generation)
  }
  func createShard(_ shard: ShardName, of name: CheckpointName) throws(CheckpointError) -> File {
    try folder.createShard(shard, of: name)
  }
  func keep(_ file: File, as shard: ShardName, of name: CheckpointName) throws(CheckpointError) {
    try folder.keep(file, as: shard, of: name)
  }
  func discard(_ file: File) { folder.discard(file) }
  func commit(
    _ name: CheckpointName, shards: [ShardName], manifest: [UInt8], mayCommit: () throws -> Void
  ) throws { try folder.commit(name, shards: shards, manifest: manifest, mayCommit: mayCommit) }
  func remove(_ name: CheckpointName, files: [String]) throws(CheckpointError) {
    try folder.remove(name, files: files)
  }
}

@Suite struct `Servers that restore together` {
  private func restore(
    _ part: Int, of servers: Int, from store: CheckpointStore, telling board: SharedBoard, start: UInt32 = 1
  ) throws -> RestoredShare {
    var board = board
    return try store.restore(
      part: part, of: ShardPlan(model, servers: servers).runs, in: model, run: .max, slots: slots, start: start,
      telling: &board)
  }

  private func restoreAll(
    _ servers: Int, from store: CheckpointStore, telling board: SharedBoard
  ) throws -> [RestoredShare] {
    let results = Mutex<[Int: Result<RestoredShare, any Error>]>([:])
    DispatchQueue.concurrentPerform(iterations: servers) { part in
      let result = Result { try restore(part, of: servers, from: store, telling: board) }
      results.withLock { $0[part] = result }
    }
    return try results.withLock { results in try (0..<servers).map { try results[$0]!.get() } }
  }

  /// Whether the shares together are a whole checkpoint, bit by bit.
  private func isAll(_ shares: [RestoredShare], ofStep step: Int) -> Bool {
    shares.flatMap(\.states).map { Bits($0) } == states(atStep: step).map { Bits($0) }
  }

  @Test(arguments: [1, 2, 5], [1, 3, 20])
  func `have all chunks of the newest checkpoint, bit by bit`(savers: Int, servers: Int) throws {
    try withTemporaryFolder { path in
      let store = CheckpointStore(folder: path)
      for step in [5, 9] { try store.save(step: step, servers: savers) }
      let shares = try restoreAll(
        servers, from: store, telling: SharedBoard(starts: Array(repeating: 1, count: servers)))
      #expect(shares.allSatisfy { $0.checkpoint?.manifest.step == 9 && $0.refused.isEmpty })
      #expect(isAll(shares, ofStep: 9))
    }
  }

  @Test(arguments: 0..<3)
  func `take the one before where any byte of any shard is damaged, all of them`(shard: Int) throws {
    try withTemporaryFolder { path in
      let store = CheckpointStore(folder: path)
      try store.save(step: 5)
      let file = "\(try store.save(step: 9, servers: 3))/server-0000\(shard)-of-00003.safetensors"
      let good = try read(file)
      for position in stride(from: 5, to: good.count, by: 211) {
        var bytes = good
        bytes[position] ^= 1
        try write(bytes, to: file)
        let shares = try restoreAll(4, from: store, telling: SharedBoard(starts: [1, 1, 1, 1]))
        #expect(shares.map { $0.checkpoint?.manifest.step } == [5, 5, 5, 5], "byte \(position)")
        #expect(shares.allSatisfy { $0.refused.count == 1 && "\($0.refused[0])".contains(file) })
        #expect(isAll(shares, ofStep: 5))
      }
    }
  }

  @Test func `believe what was found in the knowledge of their start, and read their own part alone`() throws {
    try withTemporaryFolder { path in
      let place = CountingPlace(path)
      let store = CheckpointStore(place)
      try store.save(step: 9, servers: 4)
      let board = SharedBoard(starts: [1, 1, 1, 1])
      func bytesRead(by part: Int) throws -> Int {
        place.bytes.withLock { $0 = 0 }
        _ = try restore(part, of: 4, from: store, telling: board)
        return place.bytes.withLock { $0 }
      }
      let all = try bytesRead(by: 0)
      let own = try (1..<4).map { try bytesRead(by: $0) }
      let headers = try (0..<4).reduce(0) { sum, shard in
        let bytes = try read("\(path)/step-00000009/server-0000\(shard)-of-00004.safetensors")
        return sum + 8 + bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
      }
      let values = all - headers
      #expect(own.allSatisfy { $0 - headers < values / 2 })
      // The checkpoint is cut as the servers are: together they read it twice, once by the first.
      #expect(own.reduce(0) { $0 + $1 - headers } < values)
    }
  }

  @Test func `believe nothing that was found before they started, for it may have been damaged since`() throws {
    try withTemporaryFolder { path in
      let store = CheckpointStore(folder: path)
      try store.save(step: 5)
      let newer = try store.save(step: 9, servers: 2)
      let board = SharedBoard(starts: [1, 1])
      #expect(try restoreAll(2, from: store, telling: board).map { $0.checkpoint?.manifest.step } == [9, 9])
      let file = "\(newer)/server-00001-of-00002.safetensors"
      var bytes = try read(file)
      bytes[bytes.count - 9] ^= 1
      try write(bytes, to: file)
      board.contents.withLock { $0.starts = [2, 1] }
      #expect(try restore(0, of: 2, from: store, telling: board, start: 2).checkpoint?.manifest.step == 5)
      board.contents.withLock { $0.starts = [2, 2] }
      #expect(try restore(1, of: 2, from: store, telling: board, start: 2).checkpoint?.manifest.step == 5)
    }
  }

  @Test func `follow one who found damage that they cannot see`() throws {
    try withTemporaryFolder { path in
      let store = CheckpointStore(folder: path)
      for step in [5, 9] { try store.save(step: step) }
      let board = SharedBoard(starts: [1, 1, 1])
      board.post(CheckFinding(checkpoint: "step-00000009", part: 2, starts: [1, 1, 1], flaw: "its disk is broken"))
      let share = try restore(0, of: 3, from: store, telling: board)
      #expect(share.checkpoint?.manifest.step == 5)
      #expect(share.refused == [.damaged(path: "\(path)/step-00000009", reason: "its disk is broken")])
    }
  }

  @Test func `refuse the checkpoints of another run, another model or another optimizer`() throws {
    try withTemporaryFolder { path in
      let store = CheckpointStore(folder: path)
      try store.save(step: 5)
      func restore(run: UInt64 = .max, model: Manifest = model, slots: [String] = slots) throws {
        var board = SharedBoard(starts: [1])
        _ = try store.restore(
          part: 0, of: [model.chunks.indices], in: model, run: run, slots: slots, start: 1, telling: &board)
      }
      try restore()
      #expect(throws: CheckpointError.otherRun(path: "\(path)/step-00000005")) { try restore(run: 2) }
      #expect(throws: CheckpointError.self) { try restore(model: Manifest(model.entries.dropLast())) }
      #expect(throws: CheckpointError.self) { try restore(slots: ["momentum"]) }
    }
  }
}
