internal import Foundation

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
    let process = Process()
    let output = Pipe()
    process.executableURL = URL(filePath: "/usr/bin/env")
    process.arguments = ["scontrol", "show", "node", nodes.joined(separator: ","), "--oneliner"]
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = output
    do {
      try process.run()
    } catch { throw ClusterError("cannot start scontrol: \(error.localizedDescription)", mayPass: true) }
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw ClusterError(
        "scontrol was to tell the addresses of \(nodes.joined(separator: ",")), it failed", mayPass: true)
    }
    return addresses(in: String(decoding: data, as: UTF8.self))
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
