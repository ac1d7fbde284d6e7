internal import Foundation
internal import Glibc

extension RunFolder {
  /// Ends the servers that an earlier start of the run left on this machine; only for the one who is about to start them
  /// all, when server 0 is gone. The others wait for it to have the last checkpoint made, and would take the new one for it.
  public func endLeftServers() throws(ClusterError) {
    let members = Members(folder: members)
    guard let count = try members.first()?.count else { return }
    for index in 0..<count {
      guard let member = try members.server(index, of: count) else { continue }
      let command = (try? String(contentsOfFile: "/proc/\(member.pid)/cmdline", encoding: .utf8)) ?? ""
      // The number may be of another machine.
      let words = command.split(separator: "\0")
      if words.first?.hasSuffix("/paramserver") == true, words.contains(Substring(path)) { kill(member.pid, SIGKILL) }
    }
  }
}
