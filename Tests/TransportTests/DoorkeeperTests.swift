import Foundation
import Parameters
import Synchronization
import Testing
import Wire

@testable import Transport

@Suite final class `A server that asks for keys` {
  /// Clients have a context of their own, as in another process.
  private let clients: Context
  private let door: Doorkeeper
  private let server: TestServer
  private let admitted: KeyPair
  private let guests: Guests

  /// Who may come in.
  private final class Guests: Sendable {
    let keys = Mutex(Set<PublicKey>())
    func admit(_ pair: KeyPair) { keys.withLock { _ = $0.insert(pair.publicKey) } }
    func admits(_ key: PublicKey) -> Bool { keys.withLock { $0.contains(key) } }
  }

  init() throws {
    let guests = Guests()
    let context = try Context()
    clients = try Context()
    self.guests = guests
    admitted = try KeyPair()
    guests.admit(admitted)
    door = try Doorkeeper(in: context, keys: KeyPair()) { guests.admits($0) }
    server = try TestServer(
      lanes: 2, in: context, manifest: smallManifest, settings: settings(), optimizer: Summing(), door: door,
      state: { zeros($0) }
    )
  }

  private func parameters(_ keys: ClientKeys?, by route: Route = .nearest, giveUpSeconds: Double = 15) throws
    -> RemoteParameters
  {
    let lines = try lines(
      in: clients, lanes: 2, route: route, giveUpSeconds: giveUpSeconds, keys: { _ in keys },
      address: { [server] _ in server.address })
    return RemoteParameters(lines, manifest: smallManifest, incarnation: 1)
  }

  private func refusals(above count: Int) -> Int {
    let end = Clock.seconds + 5
    while door.refusedConnections <= count, Clock.seconds < end { usleep(10_000) }
    return door.refusedConnections
  }

  @Test(arguments: Route.allCases) func `serves whom it admits, and refuses nobody then`(route: Route) throws {
    let parameters = try parameters(ClientKeys(pair: admitted, server: door.keys.publicKey), by: route)
    #expect(try parameters.pushAll(2, clock: 1).joined().filter { $0 != 2 }.isEmpty)
    #expect(try parameters.pullAll().joined().filter { $0 != 2 }.isEmpty)
    #expect(door.refusedConnections == 0)
  }

  @Test(arguments: ["a stranger", "one who expects another server", "one without keys"], Route.allCases)
  func `counts who may not come in, hears nothing of them, and goes on serving`(_ who: String, route: Route) throws {
    let good = try parameters(ClientKeys(pair: admitted, server: door.keys.publicKey))
    #expect(try good.pushAll(1, clock: 1).joined().filter { $0 != 1 }.isEmpty)
    let keys: ClientKeys? =
      switch who {
      case "a stranger": ClientKeys(pair: try KeyPair(), server: door.keys.publicKey)
      case "one who expects another server": ClientKeys(pair: admitted, server: try KeyPair().publicKey)
      default: nil
      }
    let bad = try parameters(keys, by: route, giveUpSeconds: 5)
    let error = #expect(throws: TransportError.self) { try bad.pushAll(8, clock: 1) }
    #expect(
      error?.description.contains("handshakes failed: are the keys right?") == true, "\(String(describing: error))")
    #expect(refusals(above: 0) > 0)
    #expect(try good.pushAll(2, clock: 2).joined().filter { $0 != 3 }.isEmpty)
    let late = try parameters(ClientKeys(pair: admitted, server: door.keys.publicKey))
    #expect(try late.pullAll().joined().filter { $0 != 3 }.isEmpty)
  }

  @Test func `admits a client that is waiting as soon as it may come in`() throws {
    let pair = try KeyPair()
    let guests = guests
    let parameters = try parameters(ClientKeys(pair: pair, server: door.keys.publicKey))
    let admission = Background { [door] in
      let end = Clock.seconds + 10
      while door.refusedConnections < 2, Clock.seconds < end { usleep(10_000) }
      guests.admit(pair)
    }
    #expect(try parameters.pushAll(5, clock: 1).joined().filter { $0 != 5 }.isEmpty)
    try admission.value()
    #expect(door.refusedConnections >= 2)
  }

  private static let zmtp2: [UInt8] = [0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 1, 5, 0, 0]

  /// ZMTP 1.0, 2.0 and 3.0 with the mechanism NULL, and what is none of them.
  @Test(arguments: [
    [1, 0], zmtp2, [0xff, 0, 0, 0, 0, 0, 0, 0, 1, 0x7f, 3, 0] + Array("NULL".utf8) + [UInt8](repeating: 0, count: 48),
    Array("GET / HTTP/1.1\r\n\r\n".utf8) + [UInt8](repeating: 10, count: 64),
  ])
  func `answers nobody who speaks an older protocol, or none`(greeting: [UInt8]) throws {
    let plain = try TestServer(
      lanes: 2, in: Context(), manifest: smallManifest, settings: settings(), optimizer: Summing(), state: { zeros($0) }
    )
    let (answer, isCut) = try ask(server, greeting)
    #expect(isCut && answer.count <= 128, "a greeting, and perhaps why it goes no further")
    if greeting == Self.zmtp2 { #expect(try ask(plain, greeting).answer.count > 400, "such a request can be answered") }
    let good = try parameters(ClientKeys(pair: admitted, server: door.keys.publicKey))
    #expect(try good.pushAll(1, clock: 1).joined().filter { $0 != 1 }.isEmpty)
  }

  /// Sends a greeting and a pull, without ZeroMQ, and hears what comes until there is a chunk or the server hangs up.
  private func ask(_ server: TestServer, _ greeting: [UInt8]) throws -> (answer: [UInt8], isCut: Bool) {
    let client = CuttingProxy.connect(to: UInt16(server.address.split(separator: ":").last!)!)
    defer { Glibc.close(client) }
    let request = Request.pull(chunks: [0]).encoded(Envelope(run: 0xfeed, generation: 1, request: 9))
    let bytes = greeting + [UInt8(0), UInt8(request.count)] + request
    #expect(Glibc.send(client, bytes, bytes.count, Int32(MSG_NOSIGNAL)) == bytes.count)
    var answer: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while answer.count <= 400 {
      var waiting = pollfd(fd: client, events: Int16(POLLIN), revents: 0)
      guard poll(&waiting, 1, 5000) == 1 else { return (answer, false) }
      let count = recv(client, &buffer, buffer.count, 0)
      guard count > 0 else { return (answer, true) }
      answer += buffer.prefix(count)
    }
    return (answer, false)
  }

  @Test(arguments: [false, true])
  func `is found by a client that spoke plainly with the one before, or the other way round`(isPlainFirst: Bool) throws
  {
    // Of one lane each: another one would still hear for a moment after the stop.
    func server(_ context: Context, _ door: Doorkeeper? = nil) throws -> TestServer {
      try TestServer(
        in: context, manifest: smallManifest, settings: settings(), optimizer: Summing(), door: door,
        state: { zeros($0) })
    }
    let plain = try server(Context())
    let context = try Context()
    let guests = guests
    let keyed = try server(context, Doorkeeper(in: context, keys: door.keys) { guests.admits($0) })
    let keys = ClientKeys(pair: admitted, server: door.keys.publicKey)
    let isPlain = Atomic(isPlainFirst)
    let lines = try lines(
      in: clients, keys: { _ in isPlain.load(ordering: .relaxed) ? nil : keys },
      address: { _ in (isPlain.load(ordering: .relaxed) ? plain : keyed).address })
    let parameters = RemoteParameters(lines, manifest: smallManifest, incarnation: 1)
    #expect(try parameters.pushAll(1, clock: 1).joined().filter { $0 != 1 }.isEmpty)
    try (isPlainFirst ? plain : keyed).stop()
    isPlain.store(!isPlainFirst, ordering: .relaxed)
    #expect(try parameters.pushAll(4, clock: 2).joined().filter { $0 != 4 }.isEmpty)
  }

  @Test(arguments: [true, false])
  func `lets somebody in only while there is one to be asked about them`(isThereADoorkeeper: Bool) throws {
    let context = try Context()
    let keys = ClientKeys(pair: admitted, server: door.keys.publicKey)
    let doorkeeper = isThereADoorkeeper ? try Doorkeeper(in: context, keys: door.keys) { _ in true } : nil
    let socket = try Socket(.router, in: context)
    try socket.demandKeys(as: door.keys)
    let endpoint = try socket.bind("tcp://127.0.0.1:0")
    let client = try Socket(.dealer, in: clients)
    try client.speak(with: keys)
    try client.connect(endpoint)
    let end = Clock.seconds + (isThereADoorkeeper ? 10 : 1)
    var isSent = false
    while !isSent, Clock.seconds < end {
      isSent = try client.send([Message([1])])
      usleep(5000)
    }
    #expect(isSent == isThereADoorkeeper)
    withExtendedLifetime(doorkeeper) {}
  }

  @Test func `ends the asking of a client that cannot have keys`() throws {
    let lines = try lines(
      in: clients, lanes: 2, keys: { _ in throw CocoaError(.fileNoSuchFile) },
      address: { [server] _ in server.address })
    #expect(throws: CocoaError.self) { try lines.answer(to: .settings) }
  }
}
