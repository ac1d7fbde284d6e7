import Glibc
public import Parameters
public import Tensors
import Wire

/// The servers of a run, over ZeroMQ.
public final class RemoteParameters: ParameterClient {
  private let manifest: Manifest
  private let plan: ShardPlan
  private let incarnation: UInt64
  private let lines: ServerLines
  private let weights: ValueFormat
  private var gradients: GradientWriter
  /// The version of each chunk's values as they came last.
  public private(set) var versions: [UInt64]
  /// How many answers with values are still to come for each chunk.
  private var awaited: [Int]
  /// Values that came while something else was waited for.
  private var arrived: [(chunk: Int, part: Message)] = []
  /// In `sync`, the step to which gradients belong that are computed from the present values.
  private var step: UInt64?
  private var alignment = StepAlignment()
  private var instruction: Coordinator.Instruction?
  private var isSamplerHeard = false
  private var lease: Lease?

  /// - Parameters:
  ///   - incarnation: What server 0 gave the worker when it joined (`ServerLines.join`).
  ///   - weights: How the run's weights travel.
  ///   - gradients: How the run's gradients travel.
  public init(
    _ lines: ServerLines, manifest: Manifest, incarnation: UInt64, weights: ValueFormat = .float32,
    gradients: GradientFormat = .each(.float32)
  ) {
    self.lines = lines
    self.weights = weights
    self.gradients = GradientWriter(gradients, manifest: manifest)
    self.manifest = manifest
    plan = ShardPlan(manifest, servers: lines.count, lanes: lines.lanes)
    self.incarnation = incarnation
    versions = [UInt64](repeating: 0, count: manifest.chunks.count)
    awaited = [Int](repeating: 0, count: manifest.chunks.count)
  }

  public func pull(tensors: Range<Int>) {
    for (server, lane, chunks) in parcels(ofTensors: tensors) { pull(Array(chunks), from: server, lane) }
  }

  private func pull(_ chunks: [Int], from server: Int, _ lane: Int) {
    for chunk in chunks { awaited[chunk] += 1 }
    lines.ask(server, lane: lane, .pull(chunks: chunks.map(UInt32.init)), parts: [])
  }

  /// Sends the gradients of some tensors. A push must have been answered before the next one of the same tensors:
  /// servers take a clock that comes after a later one for a retry.
  ///
  /// The gradients are sent from where they are: whoever changes one before it is sent changes a copy.
  public func push(clock: UInt64, tensors: Range<Int>, gradients: [Tensor]) {
    for (server, lane, chunks) in parcels(ofTensors: tensors) {
      precondition(chunks.allSatisfy { awaited[$0] == 0 }, "tensors \(tensors) are pushed before they were waited for")
      let named = chunks.map { ChunkVersion(chunk: UInt32($0), version: step ?? versions[$0]) }
      let parts = chunks.map { index in
        let chunk = manifest.chunks[index]
        let first = chunk.rows.lowerBound * chunk.rowLength
        awaited[index] += 1
        let gradient = gradients[chunk.tensor - tensors.lowerBound]
        return Message(gradient, first..<first + chunk.count, ofChunk: index, with: &self.gradients)
      }
      let push = Request.Push(incarnation: incarnation, clock: clock, chunks: named)
      lines.ask(server, lane: lane, .push(push), parts: parts)
    }
  }

  public func wait(forTensors tensors: Range<Int>, install: (Int, Int, Span<Float>) -> Void) throws {
    let chunks = chunks(ofTensors: tensors)
    try drive(until: { chunks.allSatisfy { awaited[$0] == 0 } }, install)
  }

  /// Waits for something, and hands over what values come: at once, while they are in the cache, and so that their memory
  /// is free for what comes next.
  private func drive(until isDone: () -> Bool, _ install: (Int, Int, Span<Float>) -> Void) throws {
    func installArrived() {
      for (index, part) in arrived {
        let chunk = manifest.chunks[index]
        part.withValues(as: weights.format(of: manifest.kind(ofChunk: index))) {
          install(chunk.tensor, chunk.rows.lowerBound, $0)
        }
      }
      arrived.removeAll(keepingCapacity: true)
    }
    installArrived()
    try lines.drive(
      until: isDone,
      handle: { answer in
        try take(answer)
        installArrived()
      })
  }

  public func waitForOneStep(install: (Int, Int, Span<Float>) -> Void) throws -> Int {
    let all = 0..<manifest.entries.count
    try wait(forTensors: all, install: install)
    while true {
      let older = Set(alignment.chunksToAskFor(versions))
      guard !older.isEmpty else { break }
      usleep(UInt32(alignment.pauseMilliseconds) * 1000)
      for (server, lane, chunks) in parcels(ofTensors: all) {
        let wanted = chunks.filter(older.contains)
        if !wanted.isEmpty { pull(wanted, from: server, lane) }
      }
      try wait(forTensors: all, install: install)
    }
    step = versions.min() ?? 0
    return Int(clamping: step!)
  }

  public func advance(weights: Int, completed: Coordinator.Completion?) {
    instruction = nil
    lines.ask(0, .advance(incarnation: incarnation, weights: UInt64(weights), completed: completed))
  }

  public func awaitDirective(install: (Int, Int, Span<Float>) -> Void) throws -> Coordinator.Instruction {
    try drive(until: { instruction != nil }, install)
    return instruction!
  }

  public func tell(sampler: String) throws {
    isSamplerHeard = false
    lines.ask(0, .sampler(incarnation: incarnation, state: sampler))
    try lines.drive(until: { isSamplerHeard }, handle: take)
  }

  public func lease(holding: [Lease], read: [Lease]) throws -> Lease {
    lease = nil
    lines.ask(0, .lease(incarnation: incarnation, holding: holding, read: read))
    try lines.drive(until: { lease != nil }, handle: take)
    return lease!
  }

  public func leave(read: [Lease]) throws {
    try lines.takeLeave(.leave(incarnation: incarnation, read: read))
  }

  /// Keeps what came in until it is waited for.
  private func take(_ answer: Connection.Answer) throws {
    switch (answer.request, answer.reply) {
    case (.advance, .directive(let instruction)): self.instruction = instruction
    case (.sampler, .done): isSamplerHeard = true
    case (.lease, .lease(let lease)): self.lease = lease
    case (.pull(let chunks), .values(let values)):
      try take(values, of: chunks, answer.parts, withStatistics: true)
    case (.push(let push), .values(let values)):
      try take(values, of: push.chunks.map(\.chunk), answer.parts, withStatistics: false)
    default: throw TransportError.unexpected(answer.reply, for: "a reply to what was asked")
    }
  }

  /// - Parameter withStatistics: Whether values of statistics come too: workers do not need those that they pushed.
  private func take(
    _ values: [ChunkVersion], of chunks: [UInt32], _ parts: [Message], withStatistics: Bool
  ) throws {
    guard values.map(\.chunk) == chunks, parts.count == chunks.count else {
      let came = "\(parts.count) parts for \(values.count) chunks"
      throw TransportError.wrong("the \(chunks.count) chunks that were asked for expected, \(came) came")
    }
    for (item, part) in zip(values, parts) {
      let index = Int(item.chunk)
      let chunk = manifest.chunks[index]
      let kind = manifest.kind(ofChunk: index)
      let isLeftOut = !withStatistics && kind == .statistic
      let bytes = isLeftOut ? 0 : weights.format(of: kind).byteCount(of: chunk.count)
      guard part.count == bytes else {
        throw TransportError.wrong("chunk \(index) expected in \(bytes) bytes, \(part.count) came")
      }
      versions[index] = item.version
      awaited[index] -= 1
      if !isLeftOut { arrived.append((index, part)) }
    }
  }

  private func chunks(ofTensors tensors: Range<Int>) -> Range<Int> {
    guard let first = tensors.first, let last = tensors.last else { return 0..<0 }
    return manifest.chunks(ofTensor: first).lowerBound..<manifest.chunks(ofTensor: last).upperBound
  }

  /// The chunks of some tensors in parcels that go to one lane each: small, so that one is applied, and answered, while
  /// the next is on its way.
  private func parcels(ofTensors tensors: Range<Int>) -> [(server: Int, lane: Int, chunks: Range<Int>)] {
    let wanted = chunks(ofTensors: tensors)
    var parcels: [(server: Int, lane: Int, chunks: Range<Int>)] = []
    for (server, lanes) in plan.lanes.enumerated() where plan.runs[server].overlaps(wanted) {
      for (lane, run) in lanes.enumerated() {
        for chunks in manifest.parcels(of: run.clamped(to: wanted)) { parcels.append((server, lane, chunks)) }
      }
    }
    return parcels
  }
}
