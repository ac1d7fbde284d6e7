import Foundation
import Parameters
import Synchronization
import Testing
import Wire

@testable import Transport

/// Where a server is, which changes when it is replaced.
private final class Place: Sendable {
  private let current: Mutex<String>

  init(_ address: String) { current = Mutex(address) }

  var address: String { current.withLock { $0 } }

  func move(to address: String) { current.withLock { $0 = address } }
}

@Suite struct `A server that is replaced` {
  private let context: Context

  init() throws { context = try Context() }

  private func server(
    _ settings: RunSettings = settings(), generation: UInt32 = 1,
    state: @escaping @Sendable (Int) -> ChunkState = { zeros($0) }
  ) throws -> TestServer {
    try TestServer(
      in: context, manifest: smallManifest, settings: settings, optimizer: Summing(), generation: generation,
      state: state)
  }

  private func client(_ incarnation: UInt64, at place: Place) throws -> RemoteParameters {
    RemoteParameters(
      try lines(in: context) { _ in place.address }, manifest: smallManifest, incarnation: incarnation)
  }

  /// The one number that all values are.
  private func number(_ values: [[Float]]) throws -> Float {
    let all = Set(values.flatMap(\.self))
    try #require(all.count == 1, "\(all)")
    return all.first!
  }

  /// - Parameter pauseSeconds: From the death until the next push. In a long pause the line is known to be broken before
  ///   anything is asked, in a short one the push is lost on it.
  @Test(arguments: [0, 0.3]) func `is found at its new place, and gets what was lost with the old one once`(
    pauseSeconds: Double
  ) throws {
    let old = try server()
    let place = Place(old.address)
    let client = try client(1, at: place)
    _ = try client.pullAll()
    #expect(try number(client.pushAll(1, clock: 1)) == 1)
    #expect(try number(client.pushAll(10, clock: 2)) == 11)
    let saved = old.report.states
    #expect(try number(client.pushAll(100, clock: 3)) == 111)
    try old.stop()
    Thread.sleep(forTimeInterval: pauseSeconds)

    let replacement = Background { [self] in
      Thread.sleep(forTimeInterval: 0.3)
      let new = try server(generation: 2, state: { saved[$0] })
      place.move(to: new.address)
      return new
    }
    #expect(try number(client.pushAll(1000, clock: 4)) == 1011, "clock 3 came after what was saved, and is lost")
    #expect(try number(client.pushAll(10_000, clock: 5)) == 11_011)
    let new = try replacement.value()
    #expect(try number(client.pushAll(10_000, clock: 5)) == 11_011, "a retry changes nothing")
    #expect(new.report.states.allSatisfy { $0.version == 4 && $0.applied == [.init(incarnation: 1, clock: 5)] })
    try new.stop()
  }

  @Test func `is not heard any more once its successor is`() throws {
    let fake = FakeServer(in: context) { envelope, request in
      guard case .pull = request else { return [] }
      switch envelope.request {
      case 1: return [FakeServer.values(1, to: envelope, generation: 2)]
      default:  // what the old one had still to say, and then the truth
        return [
          FakeServer.values(66, to: envelope, generation: 1),
          FakeServer.message(.refused("late"), to: Envelope(run: 0xfeed, generation: 0, request: 0), generation: 1),
          FakeServer.values(66, to: envelope, generation: 2, run: 0xbad),
          FakeServer.values(Float(envelope.generation), to: envelope, generation: 3),
        ]
      }
    }
    let client = try client(1, at: Place(fake.address))
    #expect(try number(client.pullAll()) == 1)
    #expect(try number(client.pullAll()) == 2, "a request tells the newest start that the asker knows of")
    #expect(try number(client.pullAll()) == 3)
    try fake.stop()
  }

  @Test func `tells its lane of a newer one, when a request does`() throws {
    var lane = try ServerLane(in: context, listening: "tcp://127.0.0.1:0", run: 0xfeed, generation: 4)
    let asker = try Socket(.dealer, in: context)
    try asker.connect(lane.endpoint)
    for (generation, newest) in [(3, 4), (7, 7), (5, 7)] as [(UInt32, UInt32)] {
      let header = Request.status.encoded(Envelope(run: 0xfeed, generation: generation, request: 1))
      while try !asker.send([Message(header)]) { usleep(1000) }
      #expect(try lane.receive(within: 5000).first?.request == .status)
      #expect(lane.newestGeneration == newest)
    }
  }

  @Test func `that comes without the gradients that waited in it is sent them again`() throws {
    let settings = settings(consistency: .sync(workers: 2))
    let old = try server(settings)
    let place = Place(old.address)
    let first = Background { [self] in try number(client(1, at: place).pushAll(4, clock: 1)) }
    Thread.sleep(forTimeInterval: 0.3)  // the first one's gradients wait
    try old.stop()
    let new = try server(settings, generation: 2)
    place.move(to: new.address)
    #expect(try number(client(2, at: place).pushAll(2, clock: 1)) == 3)
    #expect(try first.value() == 3)
    try new.stop()
  }
}

@Suite struct `A round of sync` {
  private let context: Context

  init() throws { context = try Context() }

  /// - Parameter lost: The replies that the first worker does not get, by their operation; the first two of each.
  @Test(arguments: [[Reply.pending], [.values([])], [.pending, .values([])]])
  func `ends though answers are lost`(lost: [Reply]) throws {
    let server = try TestServer(
      in: context, manifest: smallManifest, settings: settings(consistency: .sync(workers: 2)), optimizer: Summing(),
      state: { zeros($0) })
    let losses = Mutex<[UInt8: Int]>([:])
    let outcomes = Mutex(0)
    let isFirstWaiting = Mutex(false)
    let operation = { @Sendable (reply: Reply) in reply.encoded(Envelope(run: 0, generation: 0, request: 0))[3] }
    let operations = lost.map(operation)
    let proxy = ScramblingProxy(to: server.address, in: context) { isRequest, header in
      if isRequest, case .outcome? = try? Request.decode(header).1 { outcomes.withLock { $0 += 1 } }
      guard !isRequest else { return .passes }
      let isLost = losses.withLock {
        $0[header[3], default: 0] += 1
        return operations.contains(header[3]) && $0[header[3]]! <= 2
      }
      if !isLost, header[3] == operation(.pending) { isFirstWaiting.withLock { $0 = true } }
      return isLost ? .isLost : .passes
    }
    let addresses = [proxy.address, server.address]
    let workers = addresses.enumerated().map { index, address in
      Background { [context] in
        while index == 1, !isFirstWaiting.withLock({ $0 }) { usleep(10_000) }
        let client = RemoteParameters(
          try lines(in: context) { _ in address }, manifest: smallManifest, incarnation: UInt64(index + 1))
        return try (1...3).map { Set(try client.pushAll(Float(index * 2 + 2), clock: $0).flatMap(\.self)) }
      }
    }
    for worker in workers { #expect(try worker.value() == [[3], [6], [9]]) }
    #expect(proxy.count(of: .isLost) == 2 * lost.count)
    if lost.contains(.values([])) {
      #expect(outcomes.withLock { $0 } > 0, "what is known to wait is asked for, not sent again")
    }
    try proxy.stop()
    try server.stop()
    #expect(server.report.states.allSatisfy { $0.version == 3 })
  }
}
