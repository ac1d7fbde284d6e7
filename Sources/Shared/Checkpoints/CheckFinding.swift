/// What a server found when it read one server's part of a checkpoint.
public struct CheckFinding: Codable, Equatable, Sendable {
  /// The checkpoint's name.
  public let checkpoint: String
  /// The index of the server whose chunks were read.
  public let part: Int
  /// The newest start of each server before the reading began: as many as there are servers.
  public let starts: [UInt32]
  /// Why the part is not good; `nil` if it is.
  public let flaw: String?

  public init(checkpoint: String, part: Int, starts: [UInt32], flaw: String?) {
    self.checkpoint = checkpoint
    self.part = part
    self.starts = starts
    self.flaw = flaw
  }
}

/// Where the servers of a run tell each other what they found in checkpoints.
public protocol CheckBoard {
  /// The newest start of each server, as it is now.
  func starts() throws -> [UInt32]
  /// What all servers have told, as far as it can be read now.
  func findings() -> [CheckFinding]
  /// Tells the others, if that is possible.
  mutating func post(_ finding: CheckFinding)
}
