internal import Dispatch
internal import FlyingFox
internal import FlyingSocks
internal import Foundation

/// Serves a service over HTTP, to strangers: they come in by the front door.
public final class ServiceServer: Sendable {
  /// Seconds for which a service may think about an answer where it says that it may: an upload, or a film, takes its time.
  private static let longestAnswer = 3_600.0

  /// For all other answers: so long FlyingFox keeps some hundred bytes of each request, also of one that was answered.
  private static let longestQuickAnswer = 30.0

  /// For what is under way when it is ended.
  private static let lastSeconds = 5.0

  /// Whether pages of a site may read what is answered, by their `Origin` and by how they call this machine.
  public typealias Sharing = @Sendable (_ origin: String, _ host: String?) -> Bool

  /// Whether a request may be thought about for long. Asked before its body has come; only those who may ask should get it.
  public typealias Patience = @Sendable (ServiceRequest) -> Bool

  /// Where it listens, with its real port.
  public let place: ListeningPlace
  private let task: Task<Void, Never>
  private let isOver = DispatchSemaphore(value: 0)

  /// Listens from now on.
  ///
  /// - Parameters:
  ///   - service: Its task is cancelled once nobody waits for its answer any more.
  ///   - sharing: Also holds for what is refused before the service is asked.
  ///   - patience: All others are answered within half a minute, or not.
  public init(
    _ service: @escaping Service, at place: ListeningPlace, sharing: @escaping Sharing = { _, _ in false },
    patience: @escaping Patience = { _ in false }
  ) throws(PageServerError) {
    let exchanges = Exchanges()
    let handler = ServiceHandler(service: service, exchanges: exchanges)
    let (quick, patient) = (Self.inside(), Self.inside())
    let door: FrontDoor
    do {
      door = try Self.door(
        at: place.socketAddress, leadingTo: { patience(ServiceRequest($0)) ? patient : quick }, exchanges, sharing)
    } catch { throw PageServerError(place, error) }
    self.place = ListeningPlace(host: place.host, port: door.port ?? place.port)
    let servers = [(quick, Self.longestQuickAnswer), (patient, Self.longestAnswer)].map { address, seconds in
      let configuration = HTTPServer.Configuration(
        address: address, timeout: seconds, sharedRequestBufferSize: ServiceRequest.shortBody,
        sharedRequestReplaySize: 0, logger: .disabled)
      return HTTPServer(config: configuration, handler: handler)
    }
    task = Task { [isOver] in
      await withTaskGroup(of: Void.self) { group in
        for server in servers { group.addTask { await Self.always { try await server.run() } } }
        group.addTask {
          for server in servers { try? await server.waitUntilListening() }
          await Self.always { try await door.run() }
        }
      }
      isOver.signal()
    }
  }

  deinit { task.cancel() }

  /// Ends it.
  public func stop() { task.cancel() }

  /// Ends it, and waits until nobody works at an answer any more, though not for ever. Not for tasks, whose threads may be
  /// those that are waited for.
  public func stopAndWait() {
    stop()
    if isOver.wait(timeout: .now() + Self.lastSeconds) == .success { isOver.signal() }
  }

  /// A place on this machine: a name that is no file, and that nobody can guess.
  private static func inside() -> sockaddr_un { .unix(abstractNamespace: "antiphon-\(UUID().uuidString)") }

  private static func door(
    at address: some SocketAddress, leadingTo server: @escaping @Sendable (RequestHead) -> sockaddr_un,
    _ exchanges: Exchanges, _ sharing: @escaping Sharing
  ) throws -> FrontDoor { try FrontDoor(at: address, leadingTo: server, exchanges, sharing: sharing) }

  /// Begins anew where it ends, since somebody's connections have taken all files that there are to be opened, say: without
  /// them.
  private static func always(_ work: () async throws -> Void) async {
    while !Task.isCancelled {
      try? await work()
      try? await Task.sleep(for: .seconds(1))
    }
  }
}
