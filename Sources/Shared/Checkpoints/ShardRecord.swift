internal import Foundation
public import Parameters

/// What one server wrote for a checkpoint, as the checkpoint's manifest keeps it.
public struct ShardRecord: Codable, Equatable, Sendable {
  /// A tensor, or a slot of one, of which the shard has rows.
  public struct Tensor: Codable, Equatable, Sendable {
    public let name: String
    /// The CRC-32C of the bytes of those rows.
    public let checksum: UInt32
  }

  /// What a chunk has beside its values.
  public struct Chunk: Codable, Equatable, Sendable {
    /// The position in the model's chunks.
    public let chunk: Int
    /// The rows of its tensor that it is.
    public let rows: Range<Int>
    public let version: Int
    public let applied: [ChunkState.Applied]
  }

  /// The server's count of its own starts when it wrote the shard.
  public let generation: UInt32
  /// The file's name, once the checkpoint is committed.
  public let file: String
  /// The file's number of bytes.
  public let size: Int
  /// The CRC-32C of the whole file.
  public let checksum: UInt32
  public let tensors: [Tensor]
  public let chunks: [Chunk]

  /// `server-00000-of-00002.safetensors`
  static func fileName(server: Int, of count: Int) -> String {
    "server-\(padded(server))-of-\(padded(count)).safetensors"
  }

  private static func padded(_ number: Int) -> String {
    let digits = String(number)
    return String(repeating: "0", count: max(0, 5 - digits.count)) + digits
  }
}
