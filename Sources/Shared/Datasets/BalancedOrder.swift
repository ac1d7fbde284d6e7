internal import Tensors

/// The order in which balanced sampling takes clips: each class equally often, and of a class each clip equally often
/// (Kong et al. 2017 to 2020; PANNs' `BalancedTrainSampler`).
///
/// A queue of shuffled permutations of all classes says of which class each example is; a class gives the next clip of
/// its own list, which is shuffled anew at its end. Each pass of the queue takes one clip of each class, so in pass p it is
/// the one with the number p of its class: which clip an example takes follows from the example's number alone.
public struct BalancedOrder: Sendable {
  private var queue: ShuffledPasses<Int>
  /// Of the classes that have clips.
  private var lists: [Int: ShuffledPasses<UInt32>]

  /// - Parameters:
  ///   - clips: Those of each class, by the class' index. A class without clips is left out; at least one has some.
  ///   - seed: Decides the order.
  public init(of clips: [[UInt32]], seed: UInt64) {
    let classes = clips.indices.filter { !clips[$0].isEmpty }
    precondition(!classes.isEmpty, "no class has a clip")
    queue = ShuffledPasses(classes, seed: seed, name: "classes")
    lists = Dictionary(
      uniqueKeysWithValues: classes.map { ($0, ShuffledPasses(clips[$0], seed: seed, name: "class \($0)")) })
  }

  /// What an example is drawn for, and from.
  ///
  /// - Parameter number: From 0; quickest in ascending order.
  public mutating func example(_ number: Int) -> (label: Int, clip: UInt32) {
    let label = queue.element(number)
    return (label, lists[label]!.element(number / queue.count))
  }
}

/// Elements in one shuffled order after the other, each of which follows from the seed, the name and its number.
private struct ShuffledPasses<Element: Sendable>: Sendable {
  private let elements: [Element]
  private let seed: UInt64
  private let name: String
  /// The order of one pass, the one that was asked for last.
  private var order: [Element] = []
  private var pass = -1

  init(_ elements: [Element], seed: UInt64, name: String) {
    self.elements = elements
    self.seed = seed
    self.name = name
  }

  var count: Int { elements.count }

  mutating func element(_ number: Int) -> Element {
    if number / count != pass {
      pass = number / count
      var generator = SeededGenerator(seed: seed, stream: "\(name) \(pass)")
      order = elements.shuffled(using: &generator)
    }
    return order[number % count]
  }
}
