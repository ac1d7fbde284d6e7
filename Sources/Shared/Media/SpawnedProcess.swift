internal import Foundation
internal import Glibc

/// A process of ours with nothing of ours but a place to write to; it ends with its owner.
///
/// Foundation's `Process` is not used: it has no process groups, and what a program starts is to end with it.
final class SpawnedProcess {
  enum Ending: Equatable {
    case exit(Int32)
    case signal(Int32)
  }

  private let pid: pid_t
  private var known: Ending?

  /// - Parameters:
  ///   - command: The program, looked for on the PATH if it is no path, and its arguments.
  ///   - output: The descriptor to which it writes.
  ///   - errors: The file for what it says on standard error.
  ///   - folder: What it takes for its home, and for what is temporary.
  init(_ command: [String], output: Int32, errors: String, folder: String) throws(MediaError) {
    var actions = unsafe posix_spawn_file_actions_t()
    var attributes = posix_spawnattr_t()
    unsafe posix_spawn_file_actions_init(&actions)
    unsafe posix_spawnattr_init(&attributes)
    defer {
      unsafe posix_spawn_file_actions_destroy(&actions)
      unsafe posix_spawnattr_destroy(&attributes)
    }
    unsafe posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    unsafe posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO)
    unsafe posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, errors, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
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
    let path = ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin"
    let environment = ["PATH=\(path)", "HOME=\(folder)", "TMPDIR=\(folder)", "LC_ALL=C.UTF-8"]
    var child: pid_t = 0
    let result = unsafe Self.withCStrings(command) { arguments in
      unsafe Self.withCStrings(environment) { variables in
        unsafe posix_spawnp(&child, command[0], &actions, &attributes, arguments, variables)
      }
    }
    guard result == 0 else {
      throw MediaError(.missingProgram, "cannot start \(command[0]): \(unsafe String(cString: strerror(result)))")
    }
    pid = child
  }

  deinit {
    guard ending == nil else { return }
    kill(-pid, SIGKILL)  // with all that it started
    _ = waitForEnd()
  }

  /// How it ended; `nil` while it runs.
  var ending: Ending? {
    if known == nil { wait(WNOHANG) }
    return known
  }

  /// Waits until it has ended.
  func waitForEnd() -> Ending {
    while known == nil { wait(0) }
    return known!
  }

  private func wait(_ options: Int32) {
    var status: Int32 = 0
    let result = unsafe waitpid(pid, &status, options)
    if result == pid {
      let signal = status & 0x7f
      known = signal == 0 ? .exit(status >> 8 & 0xff) : .signal(signal)
    } else if result < 0, errno == ECHILD {
      known = .exit(0)  // who started this program had it ignore SIGCHLD: the system tells no endings then
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
