internal import FlyingFox
internal import FlyingSocks
internal import Foundation

/// Serves a service over HTTP, to strangers: they come in by the front door.
public final class ServiceServer: Sendable {
  /// Seconds for which a service may think about an answer: an upload, or a film, takes its time.
  private static let longestAnswer = 3_600.0

  /// Where it listens, with its real port.
  public let place: ListeningPlace
  private let task: Task<Void, Never>

  /// Listens from now on.
  public init(_ service: @escaping Service, at place: ListeningPlace) throws(PageServerError) {
    // A name that is no file, and that nobody can guess.
    let inside = sockaddr_un.unix(abstractNamespace: "antiphon-\(UUID().uuidString)")
    let door: FrontDoor
    do {
      door = try Self.door(at: place.socketAddress, leadingTo: inside)
    } catch { throw PageServerError(place, error) }
    self.place = ListeningPlace(host: place.host, port: door.port ?? place.port)
    let configuration = HTTPServer.Configuration(
      address: inside, timeout: Self.longestAnswer, sharedRequestBufferSize: ServiceRequest.shortBody,
      sharedRequestReplaySize: 0, logger: .disabled)
    let server = HTTPServer(config: configuration, handler: ServiceHandler(service: service))
    task = Task {
      await withTaskGroup(of: Void.self) { group in
        group.addTask { await Self.always { try await server.run() } }
        group.addTask {
          try? await server.waitUntilListening()
          await Self.always { try await door.run() }
        }
      }
    }
  }

  deinit { task.cancel() }

  /// Ends it.
  public func stop() { task.cancel() }

  private static func door(
    at address: some SocketAddress, leadingTo inside: sockaddr_un
  ) throws -> FrontDoor { try FrontDoor(at: address, leadingTo: inside) }

  /// Begins anew where it ends, since somebody's connections have taken all files that there are to be opened, say: without
  /// them.
  private static func always(_ work: () async throws -> Void) async {
    while !Task.isCancelled {
      try? await work()
      try? await Task.sleep(for: .seconds(1))
    }
  }
}
