internal import Glibc
internal import Processes

/// The line by ssh to the keeper of one host: it has a keeper started there if there is none, and passes on what that one
/// says. When the line breaks, the keeper goes on, and the line is made again.
///
/// Used by one thread, which calls `tick` some times a second.
public final class HostLink {
  public enum State: Equatable, Sendable {
    case down(since: Double)
    case up
    /// The run has ended.
    case done
    /// The run cannot go on, or never could on this host.
    case failed(String)
  }

  /// Seconds between two attempts.
  private static let pauseSeconds = 3.0
  /// What ssh ends with when it is itself at fault (ssh(1), EXIT STATUS).
  private static let brokenLine = ProcessEnding.exit(255)

  public let host: String
  public private(set) var state: State
  /// The last thing that was said.
  public private(set) var lastWords = "it said nothing"
  /// Why it cannot be reached, as it was told last.
  private var toldWords = ""
  private let command: [String]
  private var process: LocalProcess?
  private var output: LinePipe
  /// Nothing is ever written: its end tells the other side that nobody is here any more.
  private let input: ProcessPipe
  private var nextAttempt = 0.0

  /// - Parameters:
  ///   - program: The path of `antiphon`, here and there.
  ///   - now: The time, in seconds.
  public init(to host: String, of folder: RunFolder, program: String, at now: Double) throws(ClusterError) {
    self.host = host
    state = .down(since: now)
    do throws(ProcessError) {
      input = try ProcessPipe()
      output = try LinePipe()
    } catch { throw ClusterError(error.description) }
    let there = [program, "host", folder.path, "--name", host, "--detach"].map {
      "'\($0.replacing("'", with: "'\\''"))'"
    }
    command =
      ["ssh", "-T", "-o", "BatchMode=yes", "-o", "ConnectTimeout=5", "-o", "ServerAliveInterval=3"]
      + ["-o", "ServerAliveCountMax=3", host, "exec " + there.joined(separator: " ")]
  }

  deinit { process?.send(SIGTERM) }

  /// Makes the line where there is none, and hears what has been said.
  ///
  /// - Returns: What was said, a line each, and what became of the line itself.
  public func tick(at now: Double) -> [String] {
    switch state {
    case .done, .failed: return []
    case .up, .down: break
    }
    let ending = process?.ending
    var notes: [String] = []
    for line in output.lines() {
      if line.hasPrefix(KeeperFollower.mark) {
        state = .up
        notes.append(String(line.dropFirst(KeeperFollower.mark.count)))
      } else if state == .up {  // what keeps it down is told once
        notes.append(line)
      }
      lastWords = notes.last ?? line
    }
    if let ending {
      process = nil
      nextAttempt = now + Self.pauseSeconds
      notes += hear(ending, at: now)
    } else if process == nil, now >= nextAttempt {
      connect()
    }
    return notes
  }

  private func hear(_ ending: ProcessEnding, at now: Double) -> [String] {
    switch ending {
    case .exit(0): state = .done
    case Self.brokenLine, .signal, .unknown:
      if state == .up {
        state = .down(since: now)
        return ["the line is broken; what runs there goes on"]
      }
      defer { toldWords = lastWords }
      return toldWords == lastWords ? [] : ["it cannot be reached: \(lastWords)"]
    default: state = .failed(lastWords)
    }
    return []
  }

  private func connect() {
    do {
      process = try LocalProcess(command, input: input.reader, output: output.writer)
    } catch { state = .failed("\(error)") }
  }
}
