import Clusters
import Tensors

private let leader = ProcessName(.server, 0)
private let follower = ProcessName(.server, 1)
private let worker = ProcessName(.worker, 0)
/// Those who are killed lose their leases after 10 s, and there must be somebody to take them then.
private let crowd = BedPlan(
  workers: 64, stepSeconds: 1, usefulSteps: 1500...1500, configure: { $0.trainingShards = 200 })
private let replicated = BedPlan(configure: { settings in
  settings.replicas = 1
  settings.lanes = 2
})

extension Scenario {
  /// One of each kind that any user may make.
  public static let unprivileged: [Scenario] = [
    Scenario("servers freeze") { bed, random in
      for server in [follower, leader].shuffled(using: &random) {
        bed.setPaused(server, true)
        try bed.wait(1...5, &random)
        bed.setPaused(server, false)
        try bed.wait(seconds: 0.5)
      }
    },
    Scenario("a worker freezes") { bed, random in
      bed.setPaused(worker, true)
      try bed.wait(1...14, &random)  // beyond 10 s it has lost its place
      bed.setPaused(worker, false)
    },
    Scenario("workers are killed") { bed, random in
      for _ in 0..<3 {
        bed.kill(ProcessName(.worker, Int.random(in: 0...1, using: &random)))
        try bed.wait(0.1...1, &random)
      }
    },
    Scenario("64 workers join at once, and half of them are killed", plan: crowd) { bed, random in
      for index in (0..<crowd.workers).shuffled(using: &random).prefix(crowd.workers / 2) {
        bed.kill(ProcessName(.worker, index))
      }
      try bed.waitForEveryShard()
    },
    Scenario("servers are killed", law: .exactSumWithoutRestores) { bed, random in
      try bed.waitForCheckpoint()
      for server in [follower, leader].shuffled(using: &random).prefix(Int.random(in: 1...2, using: &random)) {
        bed.kill(server)
        try bed.wait(1...2, &random)
      }
    },
    Scenario("servers whose updates others hold are killed, one after the other", plan: replicated) { bed, random in
      for server in [follower, leader, follower].shuffled(using: &random) {
        bed.kill(server)
        try bed.waitForProgress()
        try bed.wait(0.5...1, &random)
      }
    },
    Scenario("a frozen server whose updates another holds is replaced, and wakes up", plan: replicated) { bed, random in
      let server = [follower, leader].randomElement(using: &random)!
      bed.setPaused(server, true)
      try bed.replaceServer(server.index)
      try bed.wait(0.5...3, &random)
      bed.resumeReplaced()
    },
    Scenario("files may not grow") { bed, random in
      for server in [leader, follower] { try bed.setFileLimit(of: server, bytes: 30_000) }
      try bed.waitForFailedCheckpoint()
      try bed.wait(0...2, &random)
      for server in [leader, follower] { try bed.setFileLimit(of: server, bytes: nil) }
    },
    Scenario("a frozen server is replaced, and wakes up", law: .exactSumWithoutRestores) { bed, random in
      try bed.waitForCheckpoint()
      let server = [follower, leader].randomElement(using: &random)!
      bed.setPaused(server, true)
      try bed.replaceServer(server.index)
      try bed.wait(0.5...3, &random)
      bed.resumeReplaced()
    },
    Scenario("clocks jump", plan: BedPlan(hasOtherClock: true)) { bed, random in
      try bed.setClock(secondsAhead: Int.random(in: -200_000...200_000, using: &random))
      try bed.waitForClock()
      for _ in 0..<3 {
        try bed.setClock(secondsAhead: Int.random(in: -200_000...200_000, using: &random))
        try bed.wait(0.3...1, &random)
      }
    },
  ]

  /// Those that need root, and perhaps other things.
  public static let privileged: [Scenario] = [
    Scenario("hosts are cut off, and nobody is told", needs: [.namespaces], plan: BedPlan(isNetworked: true)) {
      bed, random in
      for host in [follower, leader, worker].shuffled(using: &random) {
        try bed.setForwarding(of: host, false)
        try bed.wait(0.5...5, &random)
        try bed.setForwarding(of: host, true)
        try bed.wait(0.5...1, &random)
      }
    },
    Scenario("plugs are pulled", needs: [.namespaces], plan: BedPlan(isNetworked: true)) { bed, random in
      for host in [follower, leader, worker].shuffled(using: &random) {
        try bed.setLink(of: host, isUp: false)
        try bed.wait(0.5...5, &random)
        try bed.setLink(of: host, isUp: true)
        try bed.wait(0.5...1, &random)
      }
    },
    Scenario(
      "lines are slow, and queues overflow", needs: [.namespaces],
      plan: BedPlan(isNetworked: true, usefulSteps: 1...60)
    ) { bed, random in
      let rate = ["20mbit", "50mbit"].randomElement(using: &random)!
      for host in [leader, worker] { try bed.setRate(of: host, rate) }
      try bed.wait(3...6, &random)
      for host in [leader, worker] { try bed.setRate(of: host, nil) }
    },
    Scenario("packets are lost", needs: [.packetFilter], plan: BedPlan(isNetworked: true)) { bed, random in
      for _ in 0..<2 {
        try bed.setLoss(percent: [0.5, 2, 10].randomElement(using: &random)!)
        try bed.wait(1...3, &random)
      }
      try bed.setLoss(percent: 0)
    },
    Scenario("a disk is full", needs: [.namespaces], plan: BedPlan(diskBytes: 4 << 20)) { bed, random in
      try bed.setDiskFull(true)
      try bed.wait(3...6, &random)
      try bed.demandRefusedScaling()
      try bed.setDiskFull(false)
    },
    Scenario(
      "a server is cut off from all, is replaced, and comes back", needs: [.namespaces], law: .exactSumWithoutRestores,
      plan: BedPlan(isNetworked: true)
    ) { bed, random in
      try bed.waitForCheckpoint()
      try bed.hideNewerStarts(from: follower)
      try bed.setForwarding(of: follower, false)
      try bed.replaceServer(follower.index)
      try bed.wait(2...5, &random)
      try bed.setForwarding(of: follower, true)
      try bed.wait(1...3, &random)  // it reaches all again, and knows of nothing
      try bed.showNewerStarts()
    },
    Scenario(
      "machines were started at other times", needs: [.otherUptime],
      plan: BedPlan(serverPrefix: [1: ["unshare", "--time", "--monotonic", "1000000", "--fork", "--kill-child", "--"]])
    ) { bed, _ in try bed.wait(seconds: 1) },
  ]
}
