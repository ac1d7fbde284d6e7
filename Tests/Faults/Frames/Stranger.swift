import Foundation
import Parameters
import Transport
import Wire

/// One who sends a server what no program of ours sends.
final class Stranger {
  private let socket: Socket
  private let run: UInt64
  private let readsReplies: Bool

  /// - Parameter readsReplies: Whether it takes what it is answered; where it does not, the server's answers pile up.
  init(in context: Context, address: String, run: UInt64, readsReplies: Bool) throws {
    socket = try Socket(.dealer, in: context)
    try socket.connect("tcp://\(address)")
    self.run = run
    self.readsReplies = readsReplies
  }

  func send(_ frame: Frame) throws {
    let parts = frame.parts.map { Message($0) }
    let deadline = ContinuousClock.now + .seconds(30)
    while try !socket.send(parts) {
      guard ContinuousClock.now < deadline else { throw TransportError.silent(server: "the server", seconds: 30) }
      if readsReplies { while try socket.receive() != nil {} }
      usleep(200)
    }
    if readsReplies { while try socket.receive() != nil {} }
  }

  /// Waits until the server has read all that was sent: answers come in the order of the questions. What a server has to
  /// say to one whose answers pile up is lost, so the question is asked again.
  func waitUntilRead() throws {
    let number: UInt64 = 0x4c61_7374
    let question = Request.pull(chunks: []).encoded(Envelope(run: run, generation: 0, request: number))
    let deadline = ContinuousClock.now + .seconds(60)
    var nextQuestion = ContinuousClock.now
    while ContinuousClock.now < deadline {
      if ContinuousClock.now >= nextQuestion {
        try send(Frame([question]))
        nextQuestion += .seconds(2)
      }
      guard let parts = try socket.receive() else {
        usleep(500)
        continue
      }
      if try Reply.decode(parts[0].array) == (Envelope(run: run, generation: 1, request: number), .values([])) {
        return
      }
    }
    throw TransportError.silent(server: "the server", seconds: 60)
  }
}
