import Foundation
import Parameters
import Tensors

/// What `Trainer` does, with a timed wait in place of the computing and gradients that are known beforehand.
struct SyntheticTraining {
  private let client: any ParameterClient
  private let manifest: Manifest
  private let stages: [Range<Int>]
  private let batch: Int
  private let computeSeconds: Double
  private let gradients: [Tensor]
  private var weights: [Tensor]
  private var clock: UInt64 = 0
  private var read: [Lease] = []

  /// - Parameters:
  ///   - stages: The tensors of each stage of the network.
  ///   - gradients: One for each tensor.
  init(
    _ client: any ParameterClient, manifest: Manifest, stages: [Range<Int>], batch: Int, computeSeconds: Double,
    gradients: [Tensor]
  ) {
    self.client = client
    self.manifest = manifest
    self.stages = stages
    self.batch = batch
    self.computeSeconds = computeSeconds
    self.gradients = gradients
    weights = manifest.entries.map { Tensor($0.shape) }
  }

  private var all: Range<Int> { 0..<manifest.entries.count }

  /// - Returns: How many steps were done; in an epoch that the workers share, those of this one.
  mutating func perform(_ work: BenchmarkSetting.Work, steps: Int) throws -> Int {
    switch work {
    case .pull:
      for _ in 0..<steps {
        client.pull(tensors: all)
        try wait(for: all)
      }
    case .pushPull:
      for _ in 0..<steps {
        clock += 1
        client.push(clock: clock, tensors: all, gradients: gradients)
        try wait(for: all)
      }
    case .computePushPull:
      for _ in 0..<steps { try computeAndPush() }
      try wait(for: all)
    case .train:
      return try trainOneEpoch()
    }
    return steps
  }

  func leave() throws { try client.leave(read: read) }

  private mutating func trainOneEpoch() throws -> Int {
    var steps = 0
    client.pull(tensors: all)
    client.advance(weights: 0, completed: nil)
    while true {
      let instruction = try awaitDirective()
      guard instruction.directive == .proceed else {
        throw BenchmarkError("expected server 0 to have the worker go on, but it said '\(instruction.directive)'")
      }
      let lease = try client.lease(holding: [], read: read)
      read = []
      guard lease.epoch == 0 else { break }
      try trainOneBatch(at: instruction.step)
      read = [lease]
      steps += 1
    }
    try wait(for: all)
    return steps
  }

  private mutating func trainOneBatch(at step: Int) throws {
    try computeAndPush()
    client.advance(
      weights: 0, completed: Coordinator.Completion(clock: clock, basedOnStep: step, examples: batch, loss: 0))
  }

  /// A third of the computing is forward, two thirds are backward; each stage takes as much of them as it has weights.
  private mutating func computeAndPush() throws {
    clock += 1
    for stage in stages {
      try wait(for: stage)
      compute(stage, thirds: 1)
    }
    for stage in stages.reversed() {
      compute(stage, thirds: 2)
      client.push(clock: clock, tensors: stage, gradients: Array(gradients[stage]))
    }
  }

  private func compute(_ stage: Range<Int>, thirds: Double) {
    let share = Double(manifest.entries[stage].reduce(0) { $0 + $1.count }) / Double(manifest.count)
    let seconds = computeSeconds * share * thirds / 3
    if seconds > 0 { Thread.sleep(forTimeInterval: seconds) }
  }

  private mutating func wait(for tensors: Range<Int>) throws {
    try client.wait(forTensors: tensors) { install(tensor: $0, row: $1, values: $2) }
  }

  private mutating func awaitDirective() throws -> Coordinator.Instruction {
    try client.awaitDirective { install(tensor: $0, row: $1, values: $2) }
  }

  private mutating func install(tensor: Int, row: Int, values: Span<Float>) {
    weights[tensor].replace(from: row * manifest.entries[tensor].rowLength, with: values)
  }
}
