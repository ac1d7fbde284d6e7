import Foundation

/// Some hosts on one switch, each a network namespace of this machine; they go when it is no longer used.
///
///     host 1, eth0 10.77.0.1 ── port1 ┐
///     host 2, eth0 10.77.0.2 ── port2 ┤ bridge of the switch
///
/// Nothing outside them changes, and they reach nothing outside.
final class HostNetwork {
  private let name = "antiphon-\(UUID().uuidString.prefix(8))"
  let hosts: Int

  private var hub: String { "\(name)-switch" }
  private func namespace(_ host: Int) -> String { "\(name)-\(host)" }

  /// - Parameter hosts: They are numbered from 1.
  init(hosts: Int) throws {
    self.hosts = hosts
    try Command.run("ip", "netns", "add", hub)
    try Command.run("ip", "-n", hub, "link", "add", "bridge", "type", "bridge")
    try Command.run("ip", "-n", hub, "link", "set", "bridge", "up")
    for host in 1...hosts {
      let (space, port) = (namespace(host), "port\(host)")
      try Command.run("ip", "netns", "add", space)
      try Command.run("ip", "-n", space, "link", "set", "lo", "up")
      try Command.run("ip", "-n", hub, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns", space)
      try Command.run("ip", "-n", hub, "link", "set", port, "master", "bridge", "up")
      try Command.run("ip", "-n", space, "addr", "add", "\(address(of: host))/24", "dev", "eth0")
      try Command.run("ip", "-n", space, "link", "set", "eth0", "up")
    }
  }

  deinit {
    for space in (1...hosts).map(namespace) + [hub] { try? Command.run("ip", "netns", "del", space) }
  }

  func address(of host: Int) -> String { "10.77.0.\(host)" }

  /// What stands before a command that is to run on a host.
  func prefix(_ host: Int) -> [String] { ["ip", "netns", "exec", namespace(host)] }

  /// Pulls a host's plug or puts it in again; the host sees that.
  func setLink(of host: Int, isUp: Bool) throws {
    try Command.run("ip", "-n", hub, "link", "set", "port\(host)", isUp ? "up" : "down")
  }

  /// Has the switch swallow whatever a host sends or is sent, which nobody is told, or forward it again.
  func setForwarding(of host: Int, _ forwards: Bool) throws {
    try Command.run(
      "ip", "-n", hub, "link", "set", "port\(host)", "type", "bridge_slave", "state", forwards ? "3" : "0")
  }

  /// Limits a host's port both ways; the queue before it is short, so that what is too much is lost.
  ///
  /// - Parameter rate: As `tc` writes it (`2mbit`); `nil` for no limit.
  func setRate(of host: Int, _ rate: String?) throws {
    for (space, device) in [(hub, "port\(host)"), (namespace(host), "eth0")] {
      if let rate {
        try Command.run(
          "tc", "-n", space, "qdisc", "replace", "dev", device, "root", "tbf", "rate", rate, "burst", "16kb", "limit",
          "48kb")
      } else {
        try Command.run("tc", "-n", space, "qdisc", "del", "dev", device, "root")
      }
    }
  }

  /// Has the switch lose packets at random, whoever's they are; needs `nft`.
  ///
  /// - Parameter percent: 0 for none.
  func setLoss(percent: Double) throws {
    func nft(_ words: String) throws { try Command.run("ip", "netns", "exec", hub, "nft", words) }
    try nft("add table bridge loss; delete table bridge loss")
    guard percent > 0 else { return }
    try nft("add table bridge loss; add chain bridge loss forward { type filter hook forward priority 0; }")
    try nft("add rule bridge loss forward numgen random mod 10000 < \(Int(percent * 100)) drop")
  }
}
