import Foundation
public import Tensors
import Transport

/// A run on a fault bed, the faults that are inflicted on it, and the law that holds for it all the same.
public struct Scenario: Sendable {
  public typealias Faults = @Sendable (_ bed: FaultBed, _ random: inout SeededGenerator) throws -> Void

  public let name: String
  public let needs: [MachineFeature]
  private let law: RunJudge.Law
  private let plan: BedPlan
  private let faults: Faults

  init(
    _ name: String, needs: [MachineFeature] = [], law: RunJudge.Law = .exactSum,
    plan: BedPlan = BedPlan(), faults: @escaping Faults
  ) {
    self.name = name
    self.needs = needs
    self.law = law
    self.plan = plan
    self.faults = faults
  }

  /// Whether this machine has what it needs.
  public var isPossible: Bool { needs.allSatisfy(\.isThere) }

  /// Makes the run, inflicts the faults, and judges the end.
  ///
  /// - Parameters:
  ///   - steps: How long the run is.
  ///   - isQuick: Whether faults last as short a time as they may.
  /// - Returns: What became of the processes, a line each.
  /// - Throws: `TrialError` if something was lost or hangs, or had to be started by hand.
  @discardableResult
  public func run(seed: UInt64, steps: Int, isQuick: Bool = false) throws -> [String] {
    var random = SeededGenerator(seed: seed)
    var plan = plan
    plan.steps = steps
    plan.isQuick = isQuick
    let bed = try FaultBed(plan)
    try bed.wait("the first steps", within: 60) { ($0?.step ?? 0) > 0 }
    try faults(bed, &random)
    try bed.finish(within: 60)
    try RunJudge(bed.folder).check(law)
    return bed.notes
  }
}

extension Scenario: CustomStringConvertible {
  public var description: String { name }
}
