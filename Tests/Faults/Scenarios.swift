import Clusters
import Tensors

private let leader = ProcessName(.server, 0)
private let follower = ProcessName(.server, 1)
private let worker = ProcessName(.worker, 0)

extension Scenario {
  /// One of each kind that any user may make.
  public static let unprivileged: [Scenario] = [
    Scenario("servers freeze") { bed, random in
      for server in [follower, leader].shuffled(using: &random) {
        bed.setPaused(server, true)
        try bed.wait(seconds: random.seconds(1...5))
        bed.setPaused(server, false)
        try bed.wait(seconds: 0.5)
      }
    },
    Scenario("a worker freezes") { bed, random in
      bed.setPaused(worker, true)
      try bed.wait(seconds: random.seconds(1...14))  // beyond 10 s it has lost its place
      bed.setPaused(worker, false)
    },
    Scenario("workers are killed") { bed, random in
      for _ in 0..<3 {
        bed.kill(ProcessName(.worker, Int.random(in: 0...1, using: &random)))
        try bed.wait(seconds: random.seconds(0.1...1))
      }
    },
    Scenario("servers are killed", law: .nothingTwice) { bed, random in
      try bed.waitForCheckpoint()
      for server in [follower, leader].shuffled(using: &random) {
        bed.kill(server)
        try bed.wait(seconds: random.seconds(1...2))
      }
    },
    Scenario("files may not grow") { bed, random in
      for server in [leader, follower] { try bed.setFileLimit(of: server, bytes: 30_000) }
      try bed.waitForFailedCheckpoint()
      try bed.wait(seconds: random.seconds(0...2))
      for server in [leader, follower] { try bed.setFileLimit(of: server, bytes: nil) }
    },
    Scenario("a frozen server is replaced, and wakes up", law: .nothingTwice) { bed, random in
      try bed.waitForCheckpoint()
      let server = [follower, leader].randomElement(using: &random)!
      bed.setPaused(server, true)
      try bed.replaceServer(server.index)
      try bed.wait(seconds: random.seconds(0.5...3))
      bed.resumeReplaced()
    },
  ]

  /// Those that need root, and perhaps other things.
  public static let privileged: [Scenario] = [
    Scenario("hosts are cut off, and nobody is told", needs: [.namespaces], plan: { $0.isNetworked = true }) {
      bed, random in
      for host in [follower, leader, worker].shuffled(using: &random) {
        try bed.setForwarding(of: host, false)
        try bed.wait(seconds: random.seconds(0.5...5))
        try bed.setForwarding(of: host, true)
        try bed.wait(seconds: random.seconds(0.5...1))
      }
    },
    Scenario("plugs are pulled", needs: [.namespaces], plan: { $0.isNetworked = true }) { bed, random in
      for host in [follower, leader, worker].shuffled(using: &random) {
        try bed.setLink(of: host, isUp: false)
        try bed.wait(seconds: random.seconds(0.5...5))
        try bed.setLink(of: host, isUp: true)
        try bed.wait(seconds: random.seconds(0.5...1))
      }
    },
    Scenario(
      "lines are slow, and queues overflow", needs: [.namespaces],
      plan: {
        $0.isNetworked = true
        $0.steps = min($0.steps, 60)
      }
    ) { bed, random in
      let rate = ["20mbit", "50mbit"].randomElement(using: &random)!
      for host in [leader, worker] { try bed.setRate(of: host, rate) }
      try bed.wait(seconds: random.seconds(3...6))
      for host in [leader, worker] { try bed.setRate(of: host, nil) }
    },
    Scenario("packets are lost", needs: [.packetFilter], plan: { $0.isNetworked = true }) { bed, random in
      for _ in 0..<2 {
        try bed.setLoss(percent: [0.5, 2, 10].randomElement(using: &random)!)
        try bed.wait(seconds: random.seconds(1...3))
      }
      try bed.setLoss(percent: 0)
    },
    Scenario("a disk is full", needs: [.namespaces], plan: { $0.diskBytes = 4 << 20 }) { bed, random in
      try bed.setDiskFull(true)
      try bed.wait(seconds: random.seconds(3...6))
      try bed.setDiskFull(false)
    },
    Scenario(
      "a server is cut off from all, is replaced, and comes back", needs: [.namespaces], law: .nothingTwice,
      plan: { $0.isNetworked = true }
    ) { bed, random in
      try bed.waitForCheckpoint()
      try bed.hideNewerStarts(from: follower)
      try bed.setForwarding(of: follower, false)
      try bed.replaceServer(follower.index)
      try bed.wait(seconds: random.seconds(2...5))
      try bed.setForwarding(of: follower, true)
      try bed.wait(seconds: random.seconds(1...3))  // it reaches all again, and knows of nothing
      try bed.showNewerStarts()
    },
    Scenario("clocks jump", needs: [.otherClock], plan: { $0.hasOtherClock = true }) { bed, random in
      for _ in 0..<4 {
        try bed.setClock(secondsAhead: Int.random(in: -200_000...200_000, using: &random))
        try bed.wait(seconds: random.seconds(0.5...1))
      }
    },
    Scenario(
      "machines were started at other times", needs: [.otherUptime],
      plan: {
        $0.serverPrefix[1] = ["unshare", "--time", "--monotonic", "1000000", "--fork", "--kill-child", "--"]
      }
    ) { bed, _ in try bed.wait(seconds: 1) },
  ]
}

extension SeededGenerator {
  fileprivate mutating func seconds(_ range: ClosedRange<Double>) -> Double { Double.random(in: range, using: &self) }
}
