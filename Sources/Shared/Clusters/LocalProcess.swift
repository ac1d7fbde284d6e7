internal import Foundation
internal import Glibc

/// A program that was started on this machine, in a process group of its own: Ctrl-C at a terminal does not reach it.
///
/// Foundation's `Process` is not used: it takes a child that closes inherited files (as ssh does) for one that has ended,
/// waits for it, and hears of no other child's end meanwhile.
public final class LocalProcess {
  public let pid: Int32
  private var known: ProcessEnding?

  /// - Parameters:
  ///   - command: The program, looked for on the PATH if it is no path, and its arguments.
  ///   - input: The descriptor that it reads; `nil` for nothing to read.
  ///   - output: The descriptor to which goes what it says.
  public init(_ command: [String], input: Int32? = nil, output: Int32) throws(ClusterError) {
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    if let input {
      unsafe posix_spawn_file_actions_adddup2(&actions, input, STDIN_FILENO)
    } else {
      unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    }
    for descriptor in [STDOUT_FILENO, STDERR_FILENO] {
      unsafe posix_spawn_file_actions_adddup2(&actions, output, descriptor)
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
    let environment = Launcher.silenced(ProcessInfo.processInfo.environment).map { "\($0)=\($1)" }
    var child: pid_t = 0
    let result = unsafe Self.withCStrings(command) { arguments in
      unsafe Self.withCStrings(environment) { variables in
        unsafe posix_spawnp(&child, command[0], &actions, &attributes, arguments, variables)
      }
    }
    guard result == 0 else {
      throw ClusterError("cannot start \(command[0]): \(unsafe String(cString: strerror(result)))")
    }
    pid = child
  }

  /// - Parameter log: A file that is added to.
  public convenience init(_ command: [String], log: String) throws(ClusterError) {
    let descriptor = unsafe open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw ClusterError("cannot open \(log): \(unsafe String(cString: strerror(errno)))") }
    defer { close(descriptor) }
    try self.init(command, output: descriptor)
  }

  /// How it ended; `nil` while it runs.
  public var ending: ProcessEnding? {
    guard known == nil else { return known }
    var status: Int32 = 0
    let result = unsafe waitpid(pid, &status, WNOHANG)
    if result == pid {
      let signal = status & 0x7f
      known = signal == 0 ? .exit(status >> 8 & 0xff) : .signal(signal)
    } else if result < 0, errno == ECHILD {
      known = .unknown  // who started this program had it ignore SIGCHLD: the system tells no endings then
    }
    return known
  }

  private static var openDescriptors: [Int32] {
    let names = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd")
    return (names ?? []).compactMap { Int32($0) }
  }

  public func send(_ signal: Int32) {
    if ending == nil { kill(pid, signal) }
  }

  private static func withCStrings<Result>(
    _ strings: [String], _ body: ([UnsafeMutablePointer<CChar>?]) -> Result
  ) -> Result {
    let copies = unsafe strings.map { unsafe strdup($0) }
    defer { for index in unsafe copies.indices { unsafe free(copies[index]) } }
    return unsafe body(copies + [nil])
  }
}
