public import Parameters
import Tensors
import Wire

/// The line of a lane to the server that holds the replica of its chunks: the next server's lane of the same number.
///
/// `@unchecked`: the thread that makes it hands it to the lane's, and uses it no more.
public final class Backup: @unchecked Sendable {
  let lines: ServerLines
  private let lane: Int
  /// This server's count of its own starts.
  let generation: UInt32

  /// - Parameters:
  ///   - lane: The number of the lane, from 0.
  ///   - generation: This server's count of its own starts.
  ///   - address: Where the other server is now, as `host:port`.
  ///   - keys: With which it is spoken to; `nil` for plainly.
  public init(
    in context: Context, lane: Int, run: UInt64, generation: UInt32, address: @escaping () throws -> String,
    keys: ClientKeys?
  ) throws {
    lines = try ServerLines(
      in: context, servers: 1, lanes: lane + 1, run: run, patience: Patience(giveUpSeconds: .infinity),
      address: { _ in try address() }, keys: { _ in keys })
    self.lane = lane
    self.generation = generation
  }

  func send(_ request: Request, _ parts: [Message]) { lines.ask(0, lane: lane, request, parts: parts) }

  func exchange(handle: (Connection.Answer) throws -> Void) throws { try lines.exchange { try handle($1) } }

  /// Gets back what the replica has, for a new start of the server; what an older start still sends is refused from then
  /// on.
  ///
  /// - Parameters:
  ///   - seconds: How long the other server is waited for.
  ///   - isGone: Whether the other server has been started anew, too, and has nothing to give back.
  /// - Returns: By chunk, and the start with which their line of values began; `nil` if the other server did not answer.
  public func recover(
    _ chunks: Range<Int>, of manifest: Manifest, slots: Int, within seconds: Double, unless isGone: () -> Bool
  ) throws -> (states: [Int: ChunkState], lineage: UInt32)? {
    var lineage = generation
    var states: [Int: ChunkState] = [:]
    for parcel in manifest.parcels(of: chunks) {
      var answer: Connection.Answer?
      send(.recover(generation: generation, chunks: parcel.map(UInt32.init)), [])
      do {
        try lines.drive(
          until: { answer != nil || isGone() }, evenIfCancelledFor: seconds, handle: { answer = $0 })
      } catch TransportError.silent {
        lines.forgetAll()
        return nil
      }
      guard answer != nil else {
        lines.forgetAll()
        return nil
      }
      guard let answer, case .copies(let copies, let origin) = answer.reply else { continue }
      if !copies.isEmpty { lineage = origin }
      let whole = try CopiedParts(copies, answer.parts, of: manifest, in: parcel, slots: slots)
      for (chunk, state) in whole.states { states[chunk] = state }
    }
    return (states, lineage)
  }
}

/// Whole chunks as they travel: for each the values, and then each of the optimizer's tensors, in a part of its own.
struct CopiedParts {
  let chunks: [CopiedChunk]
  let parts: [Message]
  /// By the chunk's position in the manifest.
  let states: [(chunk: Int, state: ChunkState)]

  /// What is to be sent; nothing of it is copied.
  init(_ states: [(chunk: Int, state: ChunkState)]) {
    self.states = states
    chunks = states.map { chunk, state in
      CopiedChunk(chunk: UInt32(chunk), version: UInt64(state.version), applied: state.applied)
    }
    parts = states.flatMap { _, state in
      ([state.values] + state.slots).map { Message($0, 0..<$0.count) }
    }
  }

  /// What has come, as tensors.
  ///
  /// - Parameter slots: The optimizer's tensors beside each weight.
  init(
    _ chunks: [CopiedChunk], _ parts: [Message], of manifest: Manifest, in owned: Range<Int>, slots: Int
  ) throws(TransportError) {
    self.chunks = chunks
    self.parts = parts
    var states: [(chunk: Int, state: ChunkState)] = []
    var rest = parts[...]
    for copied in chunks {
      let chunk = Int(copied.chunk)
      guard owned.contains(chunk) else { throw .wrong("a copy of chunks \(owned) expected, \(chunk) came") }
      guard copied.version <= ChunkState.largestVersion else {
        throw .wrong("a version that a chunk can have expected, \(copied.version) came for chunk \(chunk)")
      }
      let kind = manifest.entries[manifest.chunks[chunk].tensor].kind
      let count = manifest.chunks[chunk].count
      let expected = kind == .weight ? 1 + slots : 1
      let own = rest.prefix(expected)
      guard own.count == expected, own.filter({ $0.count != count * MemoryLayout<Float>.size }).isEmpty else {
        throw .wrong("a copy of chunk \(chunk) as \(expected) parts of \(count) values expected, others came")
      }
      rest = rest.dropFirst(expected)
      let tensors = own.map { $0.withValues { Tensor(copying: $0) } }
      states.append(
        (
          chunk,
          ChunkState(
            values: tensors[0], slots: Array(tensors.dropFirst()), version: Int(copied.version),
            applied: copied.applied)
        ))
    }
    guard rest.isEmpty else { throw .wrong("\(parts.count - rest.count) parts expected, \(parts.count) came") }
    self.states = states
  }
}
