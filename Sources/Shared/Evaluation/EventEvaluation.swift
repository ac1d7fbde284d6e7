/// How well events are found in time, label by label, over any number of recordings: event-based F1 by onsets (Mesaros et
/// al. 2016) and intersection-based F1 (Bilen et al. 2020).
public struct EventEvaluation: Sendable {
  /// What became of the events of a label.
  public struct Counts: Equatable, Sendable {
    /// True events that were found, and those that were not.
    public internal(set) var found = 0
    public internal(set) var missed = 0
    /// Events that were told and are none.
    public internal(set) var wrong = 0

    /// The harmonic mean of precision and recall, 0...1; `nil` where there was no true event.
    public var f1: Double? {
      found + missed > 0 ? Double(2 * found) / Double(2 * found + missed + wrong) : nil
    }
  }

  /// An event is found by one that begins within so many seconds of it.
  public let onsetCollar: Double
  /// How much of an event that was told must be of its label for it to be right, and how much of a true one must be
  /// covered by right ones for it to be found.
  public let shares: (told: Double, found: Double)

  /// By label.
  public private(set) var byOnset: [Counts]
  public private(set) var byIntersection: [Counts]

  public init(classes: Int, onsetCollar: Double = 0.2, shares: (told: Double, found: Double) = (0.5, 0.5)) {
    self.onsetCollar = onsetCollar
    self.shares = shares
    byOnset = Array(repeating: Counts(), count: classes)
    byIntersection = byOnset
  }

  /// The mean over the labels that have true events; `nil` where none has.
  public var onsetF1: Double? { Self.mean(byOnset) }
  public var intersectionF1: Double? { Self.mean(byIntersection) }

  /// Adds a recording.
  ///
  /// - Parameters:
  ///   - told: By label, the times that were found, in seconds.
  ///   - true: By label, the times that are so; those of one label that overlap are one event.
  public mutating func add(told: [[Range<Double>]], true truths: [[Range<Double>]]) {
    precondition(told.count == byOnset.count && truths.count == byOnset.count, "there is a list for each label")
    for label in told.indices {
      let (told, truths) = (told[label].joined, truths[label].joined)
      byOnset[label].add(found: pairs(told, truths), told: told.count, true: truths.count)
      addIntersections(told, truths, of: label)
    }
  }

  /// How many true events can each have a told one of their own that begins when they do. Both ascend, and all collars
  /// are alike, so that taking the earliest that fits loses nothing.
  private func pairs(_ told: [Range<Double>], _ truths: [Range<Double>]) -> Int {
    var (count, next) = (0, 0)
    for truth in truths {
      while next < told.count, told[next].lowerBound < truth.lowerBound - onsetCollar { next += 1 }
      if next < told.count, told[next].lowerBound <= truth.lowerBound + onsetCollar {
        count += 1
        next += 1
      }
    }
    return count
  }

  private mutating func addIntersections(_ told: [Range<Double>], _ truths: [Range<Double>], of label: Int) {
    let right = told.filter { event in event.seconds(of: truths) >= shares.told * event.seconds }
    let found = truths.count { event in event.seconds(of: right) >= shares.found * event.seconds }
    byIntersection[label].found += found
    byIntersection[label].missed += truths.count - found
    byIntersection[label].wrong += told.count - right.count
  }

  private static func mean(_ counts: [Counts]) -> Double? {
    let scores = counts.compactMap(\.f1)
    return scores.isEmpty ? nil : scores.reduce(0, +) / Double(scores.count)
  }
}

extension EventEvaluation.Counts {
  fileprivate mutating func add(found: Int, told: Int, true truths: Int) {
    self.found += found
    missed += truths - found
    wrong += told - found
  }
}

extension Range<Double> {
  fileprivate var seconds: Double { upperBound - lowerBound }

  /// How much of it others cover, which do not overlap one another.
  fileprivate func seconds(of others: [Range<Double>]) -> Double { others.reduce(0) { $0 + clamped(to: $1).seconds } }
}

extension [Range<Double>] {
  /// In order, those that overlap or touch joined into one.
  fileprivate var joined: [Range<Double>] {
    sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { result, times in
      if let last = result.last, times.lowerBound <= last.upperBound {
        result[result.count - 1] = last.lowerBound..<Swift.max(last.upperBound, times.upperBound)
      } else {
        result.append(times)
      }
    }
  }
}
