import Synchronization

/// How long layers of each kind took, while bound: `LayerTimes.$current.withValue(times) { … }`.
///
/// What a layer leaves to be done as its output is read counts where it is read.
public final class LayerTimes: Sendable {
  @TaskLocal public static var current: LayerTimes?

  /// Of the two passes.
  public struct Passes: Sendable {
    public var forward = Duration.zero
    public var backward = Duration.zero
  }

  private let times = Mutex<[String: Passes]>([:])

  public init() {}

  /// By the layer's kind, in words.
  public var byKind: [String: Passes] { times.withLock { $0 } }

  /// Does a layer's work, and notes its time if anybody wants to know it.
  ///
  /// - Parameter kind: `nil` where the time is not of one kind.
  static func timing<Result>(
    _ kind: @autoclosure () -> String?, _ pass: WritableKeyPath<Passes, Duration>, _ body: () -> Result
  ) -> Result {
    guard let times = current, let kind = kind() else { return body() }
    let clock = ContinuousClock()
    let start = clock.now
    defer { times.times.withLock { $0[kind, default: Passes()][keyPath: pass] += clock.now - start } }
    return body()
  }
}

extension Layer {
  /// The kind that its time counts for; `nil` for layers of layers.
  var timedKind: String? { isComposite ? nil : kind }
}
