import ArgumentParser
import Clusters
import Foundation
import Transport

/// A ROUTER that answers each message with one of its own: what ZeroMQ alone can do. Started by `antiphon bench servers`.
struct PlainServer: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "plain-server", shouldDisplay: false)

  @Option var listen: String
  @Option var bytes: Int

  func run() throws {
    try reportingErrors {
      let stop = StopSignal()
      stop.followParent()
      let socket = try Socket(.router, in: Context())
      try PhaseReport.tell(try socket.bind(listen))
      let parts = PlainPart.all(of: bytes)
      var next = 0
      while !stop.isSent {
        try Socket.wait(for: [socket.interest], milliseconds: 100)
        while let message = try socket.receive() {
          guard message.count == 3 else {
            throw BenchmarkError("expected a message of 3 parts from a worker, not of \(message.count)")
          }
          // A copy of the sender's name, and the rest is sent as it is in memory.
          while try !socket.send([message[0], message[1], parts[next]]) { Thread.sleep(forTimeInterval: 0.001) }
          next = (next + 1) % parts.count
        }
      }
    }
  }
}

/// The parts in which a model travels.
enum PlainPart {
  static let bytes = 1 << 20

  /// So many bytes, all different parts of memory, as those of a model are.
  static func all(of bytes: Int) -> [Message] {
    stride(from: 0, to: bytes, by: Self.bytes).map { first in
      Message([UInt8](repeating: UInt8(truncatingIfNeeded: first >> 20), count: min(Self.bytes, bytes - first)))
    }
  }
}
