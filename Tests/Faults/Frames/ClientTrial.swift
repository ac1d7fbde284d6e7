import Foundation
public import Parameters
import Transport

/// Hostile replies against a client: it gets the right values, or an error, and takes nothing else for values.
public struct ClientTrial {
  /// Questions that were answered in the end.
  public private(set) var answered = 0
  /// Questions that ended in an error.
  public private(set) var failed = 0
  /// Questions after which the client had values that no right reply brought.
  public private(set) var misled = 0
  /// Damaged replies that were sent.
  public private(set) var replies = 0

  private let manifest: Manifest

  public init(_ manifest: Manifest) {
    self.manifest = manifest
  }

  /// Asks a hostile server so often for all values, each time as a client that has not heard of it.
  ///
  /// - Parameter damaged: How many damaged replies come before each right one.
  public mutating func run(questions: Int, damaged: Int, seed: UInt64) throws {
    let context = try Context()
    let server = try HostileServer(in: context, manifest: manifest, value: 7, replies: damaged, seed: seed)
    defer { server.stop() }
    for _ in 0..<questions {
      do {
        let isRight = try pull(from: server.address, in: context)
        answered += 1
        misled += isRight ? 0 : 1
      } catch is TransportError { failed += 1 }
    }
    replies = server.sent
  }

  /// Whether every value that came is the right one.
  private func pull(from address: String, in context: Context) throws -> Bool {
    let lines = try ServerLines(
      in: context, servers: 1, run: 0xfeed,
      patience: Patience(retrySeconds: 0.2, longestRetrySeconds: 0.2, giveUpSeconds: 0.5), address: { _ in address })
    let client = RemoteParameters(lines, manifest: manifest, incarnation: 1)
    let tensors = manifest.entries.indices
    client.pull(tensors: tensors)
    var rightValues = 0
    var isEachRight = true
    try client.wait(forTensors: tensors) { tensor, row, values in
      rightValues += values.count
      for index in values.indices where values[index] != 7 { isEachRight = false }
      if row * manifest.entries[tensor].rowLength + values.count > manifest.entries[tensor].count {
        isEachRight = false
      }
    }
    return isEachRight && rightValues == manifest.count
  }
}
