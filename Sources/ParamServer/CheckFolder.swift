import Checkpoints
import Clusters
import Foundation

/// The folder of a run in which each server tells in one file what it found in checkpoints since it started.
struct CheckFolder: CheckBoard {
  private let identity: ServerIdentity
  private var own: [CheckFinding] = []

  init(of identity: ServerIdentity) { self.identity = identity }

  func starts() throws -> [UInt32] {
    try (0..<identity.count).map { try Generation.latest(in: identity.folder, server: $0) }
  }

  func findings() throws -> [CheckFinding] {
    try (0..<identity.count).flatMap { index in
      // Who has started for the first time has told nothing.
      guard FileManager.default.fileExists(atPath: path(of: index)) else { return [CheckFinding]() }
      return try JSONDecoder().decode([CheckFinding].self, from: Data(contentsOf: URL(filePath: path(of: index))))
    }
  }

  mutating func post(_ finding: CheckFinding) throws {
    own.append(finding)
    try FileManager.default.createDirectory(atPath: identity.folder.checks, withIntermediateDirectories: true)
    try JSONEncoder().encode(own).write(to: URL(filePath: path(of: identity.index)), options: .atomic)
  }

  private func path(of index: Int) -> String { "\(identity.folder.checks)/server-\(index).json" }
}
