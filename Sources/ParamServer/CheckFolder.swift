import Checkpoints
import Clusters
import Foundation

/// The folder of a run in which each server tells in one file what it found in checkpoints since it started.
///
/// What cannot be told or read, as on a full disk, costs time only: who hears nothing of a part reads it.
struct CheckFolder: CheckBoard {
  private let identity: ServerIdentity
  private var own: [CheckFinding] = []

  init(of identity: ServerIdentity) { self.identity = identity }

  func starts() throws -> [UInt32] {
    try (0..<identity.count).map { try Generation.latest(in: identity.folder, server: $0) }
  }

  func findings() -> [CheckFinding] {
    (0..<identity.count).flatMap { index in
      guard let json = try? Data(contentsOf: URL(filePath: path(of: index))) else { return [CheckFinding]() }
      return (try? JSONDecoder().decode([CheckFinding].self, from: json)) ?? []
    }
  }

  mutating func post(_ finding: CheckFinding) {
    own.append(finding)
    try? FileManager.default.createDirectory(atPath: identity.folder.checks, withIntermediateDirectories: true)
    try? JSONEncoder().encode(own).write(to: URL(filePath: path(of: identity.index)), options: .atomic)
  }

  private func path(of index: Int) -> String { "\(identity.folder.checks)/server-\(index).json" }
}
