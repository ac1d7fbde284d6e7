public import ArgumentParser
public import Clusters
internal import Glibc
public import HTTP
public import Logging

/// What `paramserver` and `worker` are told alike: how they are watched, and when they end.
public struct ProcessOptions: ParsableArguments {
  @Option(
    help: """
      Where to show /healthz, /readyz and /metrics (for Prometheus) over HTTP, to anybody who asks: PORT for this \
      machine only, or HOST:PORT, as 0.0.0.0:8080; by default nowhere.
      """)
  var http: String?

  @Flag(
    help: """
      End with exit code 75 where the run does not have all its steps yet, also when told to end: for launchers that \
      start again only what failed, as Kubernetes' Jobs do.
      """)
  var retryUnfinished = false

  @Option(
    help: .init(
      "End, in good order, when the process of this number, which started this one, has gone.", valueName: "pid"))
  var stopWith: Int32?

  @Option(
    help: .init(
      """
      End at once, with exit code 75, when the process of this number, which started this one, has gone: another one then \
      starts it again.
      """, valueName: "pid"))
  var abortWith: Int32?

  public init() {}

  public func validate() throws {
    do {
      _ = try http.map { try ListeningPlace(parsing: $0) }
    } catch { throw ValidationError("\(error)") }
  }

  /// The end, as signals or the end of `--stop-with` ask for it.
  public func stopSignal() -> StopSignal {
    let stop = StopSignal()
    stop.followSignals()
    if let stopWith { stop.followParent(stopWith) }
    if let abortWith { StopSignal.followParent(abortWith) { _exit(75) } }
    return stop
  }

  /// What there is to show where `--http` says so.
  public func pages() -> ProcessPages { ProcessPages(areShown: http != nil) }

  /// Shows pages where `--http` says, if it says so.
  public func show(_ pages: ProcessPages, _ log: Logger) throws -> PageServer? {
    guard let http else { return nil }
    let server = try PageServer(pages.all, at: ListeningPlace(parsing: http))
    log.notice("pages", metadata: ["address": "\(server.place)"])
    return server
  }

  /// Ends with 75 where launchers are to start the process again: the run does not have all its steps.
  public func end(isFinished: Bool) throws {
    if retryUnfinished, !isFinished { throw ExitCode(75) }
  }
}
