import ArgumentParser
import Clusters
import Foundation
import Transport

/// DEALERs that send messages to plain servers and await theirs, both ways at once. Started by `antiphon bench servers`.
struct PlainWorker: ParsableCommand {
  static let configuration = CommandConfiguration(commandName: "plain-worker", shouldDisplay: false)

  @Option(help: "Where the servers listen, with commas between.") var servers: String
  @Option(help: "What is exchanged with each server in a step.") var bytes: Int

  func run() throws {
    try reportingErrors {
      let stop = StopSignal()
      stop.followParent()
      let context = try Context()
      let lines = try servers.split(separator: ",").map { try PlainLine(to: String($0), in: context) }
      let parts = PlainPart.all(of: bytes)
      let nothing = Message([UInt8]())
      try PhaseReport.tell("ready")
      try PhaseReport.serve { work, steps in
        for _ in 0..<steps {
          for line in lines {
            for part in parts { try line.send(work == .pull ? nothing : part) }
          }
          while lines.contains(where: { $0.awaited > 0 }) {
            guard !stop.isSent else { throw BenchmarkError("the process that started this one is gone") }
            try Socket.wait(for: lines.map(\.interest), milliseconds: 100)
            for line in lines { try line.receive() }
          }
        }
        return steps
      }
    }
  }
}

/// A line to one plain server.
private final class PlainLine {
  private let socket: Socket
  private let header = Message([UInt8](repeating: 1, count: 32))
  /// How many messages are still to come.
  private(set) var awaited = 0

  init(to endpoint: String, in context: Context) throws {
    socket = try Socket(.dealer, in: context)
    try socket.connect(endpoint)
  }

  var interest: Socket.Interest { socket.interest }

  func send(_ part: Message) throws {
    // Not before the line stands.
    while try !socket.send([header, part]) { Thread.sleep(forTimeInterval: 0.001) }
    awaited += 1
  }

  func receive() throws {
    while try socket.receive() != nil { awaited -= 1 }
  }
}
