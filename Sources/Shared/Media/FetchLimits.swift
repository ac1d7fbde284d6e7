/// How much and how long is fetched at most.
public struct FetchLimits: Equatable, Sendable {
  public var bytes = 1 << 30
  /// For the whole.
  public var seconds = 1_800
  /// For a connection.
  public var patienceSeconds = 10
  /// A sender of less than this, a second, for `slowSeconds`, is given up.
  public var slowBytesPerSecond = 2_000
  public var slowSeconds = 20
  public var redirects = 5

  public init() {}
}
