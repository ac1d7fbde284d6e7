/// How many values lie where: eight buckets for each doubling, on both sides of 0, so that values of any size are told
/// apart. What is not finite is left out.
public struct ValueHistogram: Equatable, Sendable {
  public private(set) var count = 0
  public private(set) var least = Double.infinity
  public private(set) var largest = -Double.infinity
  public private(set) var sum = 0.0
  public private(set) var sumOfSquares = 0.0

  /// By the first twelve bits of a value: its sign, its exponent and three more.
  private var counts = [Int](repeating: 0, count: 1 << 12)
  private static let restBits = UInt32(20)

  public init() {}

  /// Adds values, or some of many.
  ///
  /// - Parameter step: 1 for all, 2 for every second one, …
  public mutating func add(_ values: Span<Float>, every step: Int = 1) {
    for index in stride(from: 0, to: values.count, by: step) { add(values[index]) }
  }

  /// Adds a value, so many times.
  public mutating func add(_ value: Float, times: Int = 1) {
    guard value.isFinite, times > 0 else { return }
    counts[Self.position(of: value)] += times
    count += times
    least = min(least, Double(value))
    largest = max(largest, Double(value))
    sum += Double(value) * Double(times)
    sumOfSquares += Double(value) * Double(value) * Double(times)
  }

  /// The buckets that have values, from the lowest on: each has those that are above the limit of the bucket before, or of
  /// an empty one between, and at most its own limit.
  public var buckets: [(limit: Double, count: Int)] {
    var result: [(limit: Double, count: Int)] = []
    for position in Self.positions {
      let limit = Self.limit(position)
      if counts[position] > 0 {
        result.append((limit, counts[position]))
      } else if let last = result.last, last.count > 0 {
        result.append((limit, 0))  // where the next one that has values begins
      } else {
        _ = result.popLast()
        result.append((limit, 0))
      }
    }
    while result.last?.count == 0 { result.removeLast() }
    return result
  }

  /// All buckets, from the lowest values to the highest.
  private static let positions: [Int] = {
    let half = 1 << 11
    let finite = Int(Float.infinity.bitPattern >> restBits)
    return (half..<half + finite).reversed() + Array(0..<finite)
  }()

  /// The bucket of a value; 0 is at most the limit of the highest one below it.
  private static func position(of value: Float) -> Int {
    Int((value == 0 ? -0.0 : value).bitPattern >> restBits)
  }

  /// The highest value of a bucket.
  private static func limit(_ position: Int) -> Double {
    let first = UInt32(position) << restBits
    let isNegative = first >> 31 == 1
    // The bits of a negative value grow with its size.
    return Double(Float(bitPattern: isNegative ? first : first | (1 << restBits - 1)))
  }
}
