/// The name of a checkpoint's folder: `step-00000120`.
///
/// Names sort as their checkpoints were begun. Where a run went back to an earlier checkpoint and comes by a step again,
/// it is in its next course and says so: `step-00000120-2`.
public struct CheckpointName: Comparable, Hashable, CustomStringConvertible, Sendable {
  /// The global step.
  public let step: Int
  /// From 1; each time that the run went back, the next.
  let course: Int

  init(step: Int, course: Int) {
    (self.step, self.course) = (step, course)
  }

  /// The name of a new checkpoint.
  ///
  /// - Parameter last: The last of those that are there.
  init(step: Int, after last: CheckpointName?) {
    let course = last?.course ?? 1
    self.init(step: step, course: step > last?.step ?? -1 ? course : course + 1)
  }

  /// Reads a folder's name; `nil` if it is not that of a checkpoint.
  public init?(_ text: String) {
    let parts = text.split(separator: "-", omittingEmptySubsequences: false)
    guard 2...3 ~= parts.count, let step = Int(parts[1]), let course = parts.count == 3 ? Int(parts[2]) : 1 else {
      return nil
    }
    self.init(step: step, course: course)
    guard step >= 0, course > 0, description == text else { return nil }
  }

  public var description: String {
    let digits = String(step)
    let name = "step-" + String(repeating: "0", count: max(0, 8 - digits.count)) + digits
    return course == 1 ? name : "\(name)-\(course)"
  }

  public static func < (one: CheckpointName, other: CheckpointName) -> Bool {
    (one.course, one.step) < (other.course, other.step)
  }
}
