/// The ordered list of a model's named tensors: what the servers hold and the workers send gradients of.
public struct Manifest: Equatable, Sendable {
  /// What a tensor is, and so what a server does with what is pushed to it.
  public enum Kind: UInt8, Codable, Sendable {
    /// Has a gradient and is changed by the optimizer.
    case weight
    /// A running average (of batch norm): workers send what they saw, servers average it.
    case statistic
  }

  /// A named tensor.
  public struct Entry: Equatable, Sendable {
    public let name: String
    /// The extents; the first is the one that is cut into chunks.
    public let shape: [Int]
    public let kind: Kind

    public init(name: String, shape: [Int], kind: Kind) {
      self.name = name
      self.shape = shape
      self.kind = kind
    }

    /// The first extent (1 for a single value).
    public var rows: Int { shape.first ?? 1 }
    /// The number of values in a row.
    public var rowLength: Int { shape.dropFirst().reduce(1, *) }
    public var count: Int { rows * rowLength }
  }

  public let entries: [Entry]
  /// The chunks of all tensors, in the order of the tensors.
  public let chunks: [Chunk]
  /// A fingerprint (FNV-1a, 64 bits) of names, shapes and kinds: two programs with the same digest mean the same model.
  public let digest: UInt64

  /// The position in `chunks` of each tensor's chunks.
  private let chunkRanges: [Range<Int>]

  /// - Parameter chunkValues: The most values that a chunk should have; a row longer than that is a chunk alone.
  public init(_ entries: [Entry], chunkValues: Int = 1 << 18) {
    self.entries = entries
    var chunks: [Chunk] = []
    var ranges: [Range<Int>] = []
    for (tensor, entry) in entries.enumerated() {
      let start = chunks.count
      let pieces = min(entry.rows, (entry.count + chunkValues - 1) / chunkValues)
      for piece in 0..<pieces {
        let rows = entry.rows * piece / pieces..<entry.rows * (piece + 1) / pieces
        chunks.append(Chunk(tensor: tensor, rows: rows, rowLength: entry.rowLength))
      }
      ranges.append(start..<chunks.count)
    }
    self.chunks = chunks
    chunkRanges = ranges
    digest = entries.reduce(0xcbf2_9ce4_8422_2325) { digest, entry in
      "\(entry.name)\(entry.shape)\(entry.kind.rawValue);".utf8.reduce(digest) { ($0 ^ UInt64($1)) &* 0x0100_0000_01b3 }
    }
  }

  /// The chunks of a tensor, as positions in `chunks`.
  public func chunks(ofTensor tensor: Int) -> Range<Int> { chunkRanges[tensor] }

  /// What the tensor is of which a chunk has rows.
  public func kind(ofChunk chunk: Int) -> Kind { entries[chunks[chunk].tensor].kind }

  /// The number of values in all tensors.
  public var count: Int { entries.reduce(0) { $0 + $1.count } }
}

/// Whole rows of one tensor: the unit of versioning, sending, de-duplication and checkpoints.
public struct Chunk: Equatable, Sendable {
  /// The position of the tensor in the manifest.
  public let tensor: Int
  public let rows: Range<Int>
  public let rowLength: Int

  public var count: Int { rows.count * rowLength }
}
