public import Clusters
import Foundation
import Parameters
import Telemetry
import Tensors
import Transport

/// A run of real servers, and of workers whose gradients are known, on this machine or on hosts of their own: watched and
/// started again as `antiphon train` does it, while faults are inflicted on them.
///
/// Used by one thread. Time passes only in `wait` and `finish`.
public final class FaultBed {
  public let plan: BedPlan
  let folder: RunFolder
  private let scratch: Scratch
  private let network: HostNetwork?
  private let disk: SmallDisk?
  private var supervision: Supervision
  private var programs: [ProcessName: Program] = [:]
  /// Servers whose place another one was given.
  private var replaced: [Program] = []
  /// The server that does not see newer starts.
  private var hidden: Program?
  /// The one that did not, for a time.
  private var blinded: Program?
  private var clockShift = 0
  private var lastRecord = 0.0
  /// What became of the processes, a line each.
  private(set) var notes: [String] = []

  public init(_ plan: BedPlan) throws {
    self.plan = plan
    scratch = try Scratch()
    disk = try plan.diskBytes.map { [path = scratch.path] in try SmallDisk(at: "\(path)/disk", bytes: $0) }
    // One host more than processes, for a server that takes another's place.
    network = plan.isNetworked ? try HostNetwork(hosts: plan.servers + plan.workers + 1) : nil
    folder = try RunFolder(creating: "\(disk?.path ?? scratch.path)/run", plan.settings)
    supervision = Supervision(ProcessName.all(servers: plan.servers, workers: plan.workers))
    try setClock(secondsAhead: 0)
  }

  /// The last line of the run's record; `nil` before there is one.
  var status: RunStatus? {
    guard let text = try? String(contentsOfFile: folder.metrics, encoding: .utf8),
      let line = text.split(separator: "\n").last
    else { return nil }
    return try? JSONDecoder().decode(RunStatus.self, from: Data(line.utf8))
  }

  /// Lets the run go on for so long.
  public func wait(seconds: Double) throws {
    let end = Clock.seconds + seconds
    while Clock.seconds < end { try tick() }
  }

  /// Lets the run go on for a time in a range, the shortest where the bed is quick.
  func wait(_ seconds: ClosedRange<Double>, _ random: inout SeededGenerator) throws {
    let drawn = Double.random(in: seconds, using: &random)
    try wait(seconds: plan.isQuick ? seconds.lowerBound : drawn)
  }

  /// Lets the run go on until it has so many steps, which its record tells every two seconds.
  public func wait(untilStep step: Int, within seconds: Double = 60) throws {
    try wait("step \(step)", within: seconds) { ($0?.step ?? 0) >= step }
  }

  /// Lets the run go on until it has made some more steps, or all.
  public func waitForProgress(within seconds: Double = 60) throws {
    let step = (status?.step ?? 0) + 10
    try wait("step \(step)", within: seconds) { ($0?.step ?? 0) >= min(step, plan.steps) }
  }

  /// Lets the run go on until workers have read each shard of the first epoch.
  public func waitForEveryShard(within seconds: Double = 60) throws {
    let shards = plan.settings.trainingShards
    var missing = Set((0..<shards).map { SteppingWorker.line(of: Lease(epoch: 0, shard: $0)) })
    try wait("the last of \(shards) shards", within: seconds) { _ in
      for worker in 0..<plan.workers {
        let said = (try? String(contentsOfFile: log(of: ProcessName(.worker, worker)), encoding: .utf8)) ?? ""
        missing.subtract(said.split(separator: "\n").map(String.init))
      }
      return missing.isEmpty
    }
  }

  /// Lets the run go on until there is a checkpoint.
  public func waitForCheckpoint(within seconds: Double = 60) throws {
    try wait("a checkpoint", within: seconds) { $0?.lastCheckpointStep != nil }
  }

  /// Lets the run go on until a checkpoint could not be made.
  public func waitForFailedCheckpoint(within seconds: Double = 60) throws {
    try wait("a checkpoint that fails", within: seconds) { $0?.lastCheckpointError != nil }
  }

  /// Lets the run go on until server 0 has noted another time of the day than it is.
  public func waitForClock(within seconds: Double = 60) throws {
    let shift = clockShift
    try wait("a clock that is \(shift) s ahead", within: seconds) {
      abs(($0?.unixSeconds ?? 0) - Date().timeIntervalSince1970 - Double(shift)) < 30
    }
  }

  func wait(_ event: String, within seconds: Double, until isReached: (RunStatus?) -> Bool) throws {
    let end = Clock.seconds + seconds
    while !isReached(status) {
      guard Clock.seconds < end else {
        throw TrialError("\(event) did not come within \(seconds) s; the run \(progress)")
      }
      try wait(seconds: 0.1)
    }
  }

  /// Lets the run go on to its end.
  ///
  /// - Parameter seconds: How long it may be at the same step.
  /// - Throws: `TrialError` if it hangs, or cannot go on.
  public func finish(within seconds: Double) throws {
    var last = (progress: progress, since: Clock.seconds)
    while !supervision.isOver {
      try wait(seconds: 0.2)
      if progress != last.progress { last = (progress, Clock.seconds) }
      guard Clock.seconds - last.since < seconds else {
        throw TrialError("the run hangs: for \(Int(seconds)) s it \(progress); \(allLastWords)")
      }
    }
    for program in replaced {
      guard let ending = program.waitForEnd(seconds: 10) else {
        throw TrialError("a server whose place another one has goes on")
      }
      // Who could not see that it was replaced, and is told of the run's end, ends with it.
      guard ending == .exit(78) || (ending == .exit(0) && program === blinded) else {
        throw TrialError("a replaced server ended with \(ending), 78 is expected")
      }
    }
  }

  private func tick() throws {
    let now = Clock.seconds
    for (name, program) in programs {
      guard let ending = program.ending else { continue }
      programs[name] = nil
      if ending != .exit(0) { notes.append("\(name): \(ending): \(lastWords(of: name))") }
      supervision.note(ending, of: name, at: now)
    }
    if let (name, ending) = supervision.failed {
      throw TrialError("\(name) cannot go on (\(ending)): \(lastWords(of: name))")
    }
    if now - lastRecord >= 0.5, let status {
      lastRecord = now
      supervision.isEnding = [.finished, .stopping].contains(status.state)
    }
    for action in supervision.actions(at: now) {
      switch action {
      case .start(let name): programs[name] = try start(name, on: host(of: name))
      case .stop(let name): programs[name]?.send(SIGTERM)
      case .kill(let name): programs[name]?.send(SIGKILL)
      }
    }
    usleep(20_000)
  }

  private var allLastWords: String {
    programs.keys.map { "\($0): \(lastWords(of: $0))" }.sorted().joined(separator: "; ")
  }

  private var progress: String {
    status.map { "is at step \($0.step) of \($0.steps), \($0.state)" } ?? "has no record"
  }

  private func start(_ name: ProcessName, on host: Int) throws -> Program {
    var command = network?.prefix(host) ?? []
    switch name.role {
    case .server:
      command += plan.serverPrefix[name.index] ?? []
      if plan.hasOtherClock {
        command += ["env", "LD_PRELOAD=\(Program.folder)/libClockShift.so", "CLOCK_SHIFT_FILE=\(clock)"]
      }
      command += ["\(Program.folder)/paramserver", "--run", folder.path, "--count", "\(plan.servers)"]
      if let network { command += ["--listen", "tcp://\(network.address(of: host)):0", "--insecure"] }
    case .worker:
      command += ["\(Program.folder)/FaultRuns", "worker", "--rendezvous", folder.members]
      command += ["--step-seconds", "\(plan.stepSeconds)"]
    case .evaluator: preconditionFailure("the bed's runs have nobody who could be evaluated")
    }
    command += ["--index", "\(name.index)"]
    // What stands before it may be its parent, and takes it with it.
    if plan.serverPrefix[name.index] == nil || name.role == .worker { command += ["--stop-with", "\(getpid())"] }
    return try Program(command, log: log(of: name))
  }

  private func host(of name: ProcessName) -> Int {
    name.role == .server ? name.index + 1 : plan.servers + name.index + 1
  }

  private var clock: String { "\(scratch.path)/clock" }
  private var oldStarts: String { "\(scratch.path)/old-generations" }

  private func log(of name: ProcessName) -> String { "\(scratch.path)/\(name.role.rawValue)-\(name.index).log" }

  private func lastWords(of name: ProcessName) -> String {
    let text = (try? String(contentsOfFile: log(of: name), encoding: .utf8)) ?? ""
    return text.split(separator: "\n").last.map(String.init) ?? "it said nothing"
  }
}

extension FaultBed {
  /// Freezes a process, or lets it go on.
  public func setPaused(_ name: ProcessName, _ isPaused: Bool) { programs[name]?.send(isPaused ? SIGSTOP : SIGCONT) }

  public func kill(_ name: ProcessName) { programs[name]?.send(SIGKILL) }

  /// Gives a server's place to another one, on the spare host, while the old one is still there.
  public func replaceServer(_ index: Int) throws {
    let name = ProcessName(.server, index)
    guard let old = programs[name] else { throw TrialError("there is no \(name) to be replaced; the run \(progress)") }
    replaced.append(old)
    programs[name] = try start(name, on: plan.servers + plan.workers + 1)
  }

  /// Lets those go on whose place others have.
  public func resumeReplaced() { for program in replaced { program.send(SIGCONT) } }

  public func setLink(of name: ProcessName, isUp: Bool) throws { try network?.setLink(of: host(of: name), isUp: isUp) }

  public func setForwarding(of name: ProcessName, _ forwards: Bool) throws {
    try network?.setForwarding(of: host(of: name), forwards)
  }

  public func setRate(of name: ProcessName, _ rate: String?) throws { try network?.setRate(of: host(of: name), rate) }

  public func setLoss(percent: Double) throws { try network?.setLoss(percent: percent) }

  /// Leaves no room on the run's disk, or makes room again.
  public func setDiskFull(_ isFull: Bool) throws { try disk?.setFull(isFull) }

  /// Sets the clock of all servers, where they have another one than the machine.
  public func setClock(secondsAhead seconds: Int) throws {
    clockShift = seconds
    try "\(seconds)".write(toFile: clock, atomically: true, encoding: .utf8)
  }

  /// Lets a server see the starts of servers that there are now, and none that comes after; it must have a host of its
  /// own.
  public func hideNewerStarts(from name: ProcessName) throws {
    guard let program = programs[name] else { throw TrialError("there is no \(name)") }
    try FileManager.default.copyItem(atPath: folder.generations, toPath: oldStarts)
    (hidden, blinded) = (program, program)
    try Command.run("nsenter", "-t", "\(program.pid)", "-m", "mount", "--bind", oldStarts, folder.generations)
  }

  public func showNewerStarts() throws {
    guard let hidden, hidden.ending == nil else { return }  // others may have told it already
    try Command.run("nsenter", "-t", "\(hidden.pid)", "-m", "umount", folder.generations)
  }

  /// Lets a process write no file beyond so many bytes; `nil` for any size. Any user may do that.
  public func setFileLimit(of name: ProcessName, bytes: Int?) throws {
    guard let program = programs[name] else { return }
    try Command.run("prlimit", "--pid", "\(program.pid)", "--fsize=\(bytes.map { "\($0)" } ?? "unlimited"):")
  }

  /// Asks server 0 for another number of workers, which it cannot write down now.
  public func demandRefusedScaling() throws {
    let members = Members(folder: folder.members)
    let lines = try ServerLines(
      in: Context(), servers: 1, run: try folder.settings().run, patience: Patience(giveUpSeconds: 10),
      address: { _ in try members.first()?.address ?? "" })
    do {
      let reply = try lines.answer(to: .scale(workers: UInt32(plan.workers + 1)))
      throw TrialError("a number of workers that cannot be written down was to be refused, it was answered by \(reply)")
    } catch TransportError.refused {}
  }
}
