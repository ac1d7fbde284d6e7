import Glibc
import Parameters
import Testing

@testable import Transport

@Suite struct `The way to a server` {
  @Test(arguments: ["127.0.0.1", "localhost"])
  func `is a local socket on the same machine, unless the network is asked for`(host: String) throws {
    let context = try Context()
    let lane = try ServerLane(in: context, listening: "tcp://127.0.0.1:0", run: 1, generation: 1)
    let port = Endpoint.port(of: lane.endpoint)
    #expect(Route.nearest.endpoint(of: "\(host):\(port)") == "ipc://@antiphon-\(port)")
    #expect(Route.tcp.endpoint(of: "\(host):\(port)") == "tcp://\(host):\(port)")
    _ = consume lane
  }

  @Test func `is a local socket though the machine has many more`() throws {
    let context = try Context()
    let others = try (0..<200).map { index in
      let other = try Socket(.router, in: context)
      try other.bind("ipc://@antiphon-test-\(getpid())-\(index)")
      return Box(other)
    }
    let lane = try ServerLane(in: context, listening: "tcp://127.0.0.1:0", run: 1, generation: 1)
    let port = Endpoint.port(of: lane.endpoint)
    #expect(Route.nearest.endpoint(of: "127.0.0.1:\(port)") == "ipc://@antiphon-\(port)")
    _ = consume lane
    withExtendedLifetime(others) {}
  }

  /// Holds what cannot be copied.
  private final class Box {
    private let socket: Socket
    init(_ socket: consuming Socket) { self.socket = socket }
  }

  @Test func `is the network where nothing listens locally, or the address is another machine's`() throws {
    #expect(Route.nearest.endpoint(of: "127.0.0.1:9") == "tcp://127.0.0.1:9")
    let context = try Context()
    let lane = try ServerLane(in: context, listening: "tcp://127.0.0.1:0", run: 1, generation: 1)
    let address = "192.0.2.1:\(Endpoint.port(of: lane.endpoint))"  // of no machine (RFC 5737)
    #expect(Route.nearest.endpoint(of: address) == "tcp://\(address)")
    _ = consume lane
  }

  @Test(arguments: Route.allCases) func `carries a push and its answer either way`(route: Route) throws {
    let context = try Context()
    let server = try TestServer(
      in: context, manifest: smallManifest, settings: settings(), optimizer: Summing(), state: { zeros($0) })
    let address = server.address
    let end = Clock.seconds + 30
    let lines = try ServerLines(
      in: context, servers: 1, run: 0xfeed, route: route, address: { _ in address },
      isCancelled: { Clock.seconds > end })
    let client = RemoteParameters(lines, manifest: smallManifest, incarnation: 1)
    _ = try client.pullAll()
    #expect(try client.pushAll(2, clock: 1).joined().filter { $0 != 2 }.isEmpty)
    try server.stop()
  }
}
