import Foundation
import Synchronization
import Tensors
import Wire

@testable import Transport

/// Brings whole messages from clients to a server and back, but not all of them, some twice, and some later than those
/// that came after them.
final class ScramblingProxy: Sendable {
  enum Fate: Sendable {
    case passes, isLost, comesTwice, comesLater
  }

  /// What decides about a message: of a request or of a reply its first part is given.
  typealias Decision = @Sendable (_ isRequest: Bool, _ header: [UInt8]) -> Fate

  /// `host:port`.
  let address: String
  private let shared = Shared()
  private let thread: Background<Void>

  private final class Shared: Sendable {
    let counts = Mutex<[Fate: Int]>([:])
    let isStopped = Atomic(false)
    let address = Mutex("")
  }

  /// How many messages met that fate.
  func count(of fate: Fate) -> Int { shared.counts.withLock { $0[fate] ?? 0 } }

  /// - Parameter server: `host:port`.
  init(to server: String, in context: Context, decide: @escaping Decision) {
    let shared = shared
    let isReady = DispatchSemaphore(value: 0)
    thread = Background {
      defer { isReady.signal() }
      var pump = try Pump(to: server, in: context) { isRequest, header in
        let fate = decide(isRequest, header)
        shared.counts.withLock { $0[fate, default: 0] += 1 }
        return fate
      }
      shared.address.withLock { $0 = String(pump.endpoint.dropFirst("tcp://".count)) }
      isReady.signal()
      while !shared.isStopped.load(ordering: .relaxed) { try pump.turn() }
    }
    isReady.wait()
    address = shared.address.withLock { $0 }
  }

  /// Fates by lot: 6 % are lost, 10 % come twice, 15 % later.
  convenience init(to server: String, in context: Context, seed: UInt64) {
    let generator = Mutex(SeededGenerator(seed: seed))
    self.init(to: server, in: context) { _, _ in
      switch generator.withLock({ $0.uniform() }) {
      case ..<0.06: .isLost
      case ..<0.16: .comesTwice
      case ..<0.31: .comesLater
      default: .passes
      }
    }
  }

  func stop() throws {
    shared.isStopped.store(true, ordering: .relaxed)
    try thread.value()
  }
}

/// The loop of a proxy: a socket for all clients, and one to the server for each of them.
private struct Pump: ~Copyable {
  private final class Line {
    let socket: Socket

    init(to server: String, in context: Context) throws {
      socket = try Socket(.dealer, in: context)
      try socket.connect("tcp://\(server)")
    }
  }

  /// A message that is to come later.
  private struct Late {
    let due: Double
    let client: [UInt8]
    let isRequest: Bool
    let parts: [Message]
  }

  let endpoint: String
  private let clients: Socket
  private let server: String
  private let context: Context
  private let decide: ScramblingProxy.Decision
  private var lines: [[UInt8]: Line] = [:]
  private var late: [Late] = []

  init(to server: String, in context: Context, decide: @escaping ScramblingProxy.Decision) throws {
    let clients = try Socket(.router, in: context)
    endpoint = try clients.bind("tcp://127.0.0.1:0")
    self.clients = clients
    self.server = server
    self.context = context
    self.decide = decide
  }

  mutating func turn() throws {
    try Socket.wait(for: [clients.interest] + lines.values.map { $0.socket.interest }, milliseconds: 2)
    while let parts = try clients.receive() {
      try take(Array(parts.dropFirst()), of: parts[0].array, isRequest: true)
    }
    for (client, line) in lines {
      while let parts = try line.socket.receive() { try take(parts, of: client, isRequest: false) }
    }
    let now = Clock.seconds
    for message in late where message.due <= now {
      try bring(message.parts, of: message.client, isRequest: message.isRequest)
    }
    late.removeAll { $0.due <= now }
  }

  private mutating func take(_ parts: [Message], of client: [UInt8], isRequest: Bool) throws {
    let fate = decide(isRequest, parts[0].array)
    if fate == .passes || fate == .comesTwice { try bring(parts, of: client, isRequest: isRequest) }
    if fate == .comesTwice || fate == .comesLater {
      late.append(Late(due: Clock.seconds + 0.03, client: client, isRequest: isRequest, parts: parts))
    }
  }

  private mutating func bring(_ parts: [Message], of client: [UInt8], isRequest: Bool) throws {
    if isRequest {
      let line = try lines[client] ?? Line(to: server, in: context)
      lines[client] = line
      try line.socket.send(parts)
    } else {
      try clients.send([Message(client)] + parts)
    }
  }
}
