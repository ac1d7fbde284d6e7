internal import Foundation
internal import Glibc
internal import Processes

/// How Slurm's nodes are reached.
enum SlurmNodes {
  /// The hosts by which nodes are reached: their names where the system knows them, and otherwise the addresses that Slurm
  /// has (`scontrol show node`): a cluster need not have a name service.
  static func hosts(of nodes: [String]) throws(ClusterError) -> [String] {
    let unknown = nodes.filter { !HostAddress.isKnown($0) }
    guard !unknown.isEmpty else { return nodes }
    let addresses = try ask(for: unknown)
    return try nodes.map { node throws(ClusterError) in
      guard unknown.contains(node) else { return node }
      guard let address = addresses[node] else {
        throw ClusterError("the node \(node) has no address by the system's names, and none by scontrol")
      }
      return address
    }
  }

  private static func ask(for nodes: [String]) throws(ClusterError) -> [String: String] {
    let said: [UInt8]
    let ending: ProcessEnding
    do throws(ProcessError) {
      var output = try ProcessPipe()
      let process = try ChildProcess(
        ["scontrol", "show", "node", nodes.joined(separator: ","), "--oneliner"],
        environment: ProcessInfo.processInfo.environment, output: output.writer, errors: STDERR_FILENO)
      output.closeWriter()
      said = output.readToEnd()
      ending = process.waitForEnd()
    } catch { throw ClusterError(error.description, mayPass: true) }
    guard !ending.isFailure else {
      throw ClusterError(
        "scontrol was to tell the addresses of \(nodes.joined(separator: ",")), it failed (\(ending))", mayPass: true)
    }
    return addresses(in: String(decoding: said, as: UTF8.self))
  }

  /// `NodeName=n1 … NodeAddr=10.0.0.1 …`, a line for each node.
  static func addresses(in text: String) -> [String: String] {
    var addresses: [String: String] = [:]
    for line in text.split(separator: "\n") {
      var facts: [Substring: String] = [:]
      for word in line.split(separator: " ") {
        let parts = word.split(separator: "=", maxSplits: 1)
        if parts.count == 2 { facts[parts[0]] = String(parts[1]) }
      }
      if let name = facts["NodeName"], let address = facts["NodeAddr"] { addresses[name] = address }
    }
    return addresses
  }
}
