internal import Foundation
internal import Glibc

/// A program that was started here, in a process group of its own: Ctrl-C at a terminal does not reach it, and what it
/// starts can be ended with it. It has no file of ours open but the three that it is given.
///
/// Foundation's `Process` is not used: it takes a child that closes inherited files (as ssh does) for one that has ended,
/// waits for it, and hears of no other child's end meanwhile; and it ends no group.
public final class ChildProcess {
  public let pid: Int32
  private var known: ProcessEnding?

  /// - Parameters:
  ///   - command: The program, looked for on the PATH if it is no path, and its arguments.
  ///   - environment: All variables that it has.
  ///   - input: The descriptor that it reads; `nil` for nothing to read.
  ///   - output: The descriptor to which it writes; `nil` for nowhere.
  ///   - errors: The descriptor for what it says on standard error; `nil` for nowhere.
  public init(
    _ command: [String], environment: [String: String], input: Int32? = nil, output: Int32? = nil, errors: Int32? = nil
  ) throws(ProcessError) {
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    for (descriptor, source) in [(STDIN_FILENO, input), (STDOUT_FILENO, output), (STDERR_FILENO, errors)] {
      if let source {
        unsafe posix_spawn_file_actions_adddup2(&actions, source, descriptor)
      } else {
        unsafe posix_spawn_file_actions_addopen(&actions, descriptor, "/dev/null", O_RDWR, 0)
      }
    }
    for descriptor in Self.openDescriptors where descriptor > STDERR_FILENO {
      unsafe posix_spawn_file_actions_addclose(&actions, descriptor)
    }
    // What is ignored or held back here, in this thread, is not to be so there.
    var (all, none) = (sigset_t(), sigset_t())
    unsafe sigfillset(&all)
    unsafe sigemptyset(&none)
    unsafe posix_spawnattr_setsigdefault(&attributes, &all)
    unsafe posix_spawnattr_setsigmask(&attributes, &none)
    let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK
    unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
    var child: pid_t = 0
    let result = unsafe Self.withCStrings(command) { arguments in
      unsafe Self.withCStrings(environment.map { "\($0)=\($1)" }) { variables in
        unsafe posix_spawnp(&child, command[0], &actions, &attributes, arguments, variables)
      }
    }
    guard result == 0 else { throw ProcessError("cannot start \(command[0])", result) }
    pid = child
  }

  /// How it ended; `nil` while it runs.
  public var ending: ProcessEnding? {
    if known == nil { wait(WNOHANG) }
    return known
  }

  /// Waits until it has ended.
  public func waitForEnd() -> ProcessEnding {
    while true {
      if let known { return known }
      wait(0)
    }
  }

  /// Sends a signal to it alone; to nobody once it has ended.
  public func send(_ signal: Int32) {
    if ending == nil { kill(pid, signal) }
  }

  /// Ends it at once, with all that it started, and waits for that; what goes on when it has ended by itself is let go.
  public func endGroup() {
    guard ending == nil else { return }
    kill(-pid, SIGKILL)
    _ = waitForEnd()
  }

  private func wait(_ options: Int32) {
    var status: Int32 = 0
    let result = unsafe waitpid(pid, &status, options)
    if result == pid {
      let signal = status & 0x7f
      known = signal == 0 ? .exit(status >> 8 & 0xff) : .signal(signal)
    } else if result < 0, errno == ECHILD {
      known = .unknown  // who started this program had it ignore SIGCHLD: the system tells no endings then
    }
  }

  private static var openDescriptors: [Int32] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
    return (names ?? []).compactMap { Int32($0) }
  }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = unsafe strings.map { unsafe strdup($0) }
    defer { for index in unsafe copies.indices { unsafe free(copies[index]) } }
    return unsafe body(copies + [nil])
  }
}
