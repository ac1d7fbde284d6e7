internal import Foundation
internal import Glibc
internal import Parameters
internal import Processes

/// The servers and workers of a run that are on this machine: started, watched, started again, stopped.
///
/// Used by one thread, which calls `tick` some times a second.
public final class LocalCluster {
  private let folder: RunFolder
  /// Where the programs `paramserver` and `worker` are.
  private let programs: String
  private let threads: (_ workers: Int) -> Int
  /// Where a process shows its pages, as its flag `--http` has it; `nil` for nowhere.
  private let pages: (ProcessName) -> String?
  /// Where servers listen, as flags say it.
  private let listening: [String]
  private var supervision: Supervision
  private var processes: [ProcessName: LocalProcess] = [:]

  /// - Parameters:
  ///   - wanted: The processes that are to be here.
  ///   - programs: The folder of the programs `paramserver` and `worker`.
  ///   - address: By which other machines reach this one; `nil` if all of the run is here.
  ///   - threads: With how many threads a worker computes that is one of so many; asked whenever one is started.
  ///   - pages: Where a process shows its pages, as its flag `--http` has it; `nil` for nowhere.
  public init(
    _ folder: RunFolder, wanted: [ProcessName], programs: String, address: String? = nil,
    threads: @escaping (_ workers: Int) -> Int, pages: @escaping (ProcessName) -> String? = { _ in nil }
  ) throws(ClusterError) {
    for program in ["paramserver", "worker"]
    where !FileManager.default.isExecutableFile(atPath: "\(programs)/\(program)") {
      throw ClusterError("expected the program \(program) beside antiphon, there is no \(programs)/\(program)")
    }
    self.folder = folder
    self.programs = programs
    self.threads = threads
    self.pages = pages
    listening = address.map { ["--listen", "tcp://*:0", "--advertise", $0] } ?? []
    supervision = Supervision(wanted)
  }

  /// The processes that are to be here.
  public var wanted: [ProcessName] {
    get { supervision.wanted }
    set { supervision.wanted = newValue }
  }

  /// Whether the run is coming to its end.
  public var isEnding: Bool {
    get { supervision.isEnding }
    set { supervision.isEnding = newValue }
  }

  /// Whether server 0 has ended elsewhere.
  public var hasLeaderEnded: Bool {
    get { supervision.hasLeaderEnded }
    set { supervision.hasLeaderEnded = newValue }
  }

  /// Whether all servers that are to be here have ended well.
  public var isOver: Bool { supervision.isOver }
  public var isAnyRunning: Bool { !processes.isEmpty }

  /// Hears who has ended, and starts and stops what is due.
  ///
  /// - Returns: What happened, a line each, for people.
  /// - Throws: `ClusterError` if the run cannot go on.
  public func tick(at now: Double) throws(ClusterError) -> [String] {
    var notes = hearEndings(at: now)
    if let (name, ending) = supervision.failed {
      throw ClusterError("\(name) cannot go on (\(ending)): \(lastWords(of: name))", mayPass: ending != .exit(78))
    }
    for action in supervision.actions(at: now) {
      switch action {
      case .start(let name): processes[name] = try start(name)
      case .stop(let name):
        notes.append("\(name) is told to leave")
        processes[name]?.send(SIGTERM)
      case .kill(let name):
        processes[name]?.send(SIGKILL)
      }
    }
    return notes
  }

  /// Hears who has ended, and starts nobody again.
  public func hearEndings(at now: Double) -> [String] {
    var notes: [String] = []
    for (name, process) in processes.sorted(by: { "\($0.key)" < "\($1.key)" }) {
      guard let ending = process.ending else { continue }
      processes[name] = nil
      supervision.note(ending, of: name, at: now)
      switch ending {
      case .exit(0): continue
      case .exit: notes.append("\(name) ended with \(ending): \(lastWords(of: name))")
      case .signal, .unknown: notes.append("\(name) was ended by \(ending)")
      }
    }
    return notes
  }

  /// Asks a process to end, or all.
  public func stop(_ name: ProcessName? = nil) { send(SIGTERM, to: name) }

  /// Ends all processes at once.
  public func kill() { send(SIGKILL, to: nil) }

  private func send(_ signal: Int32, to name: ProcessName?) {
    for (key, process) in processes where name == nil || key == name { process.send(signal) }
  }

  private func start(_ name: ProcessName) throws(ClusterError) -> LocalProcess {
    // A server that stops ends the run: with a keeper of a host only that server goes, and the next keeper starts it.
    let ending = name.role == .server && !listening.isEmpty ? "--abort-with" : "--stop-with"
    var arguments = ["--index", "\(name.index)", ending, "\(getpid())"]
    switch name.role {
    case .server: arguments += ["--run", folder.path] + listening
    case .worker:
      let workers = wanted.count { $0.role == .worker }
      arguments += ["--rendezvous", folder.members, "--threads", "\(threads(workers))"]
    case .evaluator:
      arguments += ["--role", "evaluate", "--rendezvous", folder.members, "--threads", "1"]
    }
    if let place = pages(name) { arguments += ["--http", place] }
    let program = name.role == .server ? "paramserver" : "worker"
    return try LocalProcess(["\(programs)/\(program)"] + arguments, log: log(of: name))
  }

  private func log(of name: ProcessName) -> String { "\(folder.logs)/\(name.role.rawValue)-\(name.index).log" }

  /// The last line of a process's log.
  private func lastWords(of name: ProcessName) -> String {
    let text = (try? String(contentsOfFile: log(of: name), encoding: .utf8)) ?? ""
    return text.split(whereSeparator: \.isNewline).last.map(String.init) ?? "it said nothing; see \(log(of: name))"
  }
}
