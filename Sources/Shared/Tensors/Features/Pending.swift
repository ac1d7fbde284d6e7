/// What is to be done to a value as it is read, with coefficients by channel:
/// `max(value · scale + other · otherScale + shift, floor)`.
public struct Pending: Sendable {
  public let scale: Tensor
  public let shift: Tensor
  /// 0 where a ReLU follows, and -∞ where none does.
  public let floor: Tensor
  /// Other maps of the same shape.
  public let other: (maps: FeatureMaps, scale: Tensor)?

  init(scale: Tensor, shift: Tensor, floor: Tensor, other: (maps: FeatureMaps, scale: Tensor)? = nil) {
    precondition(scale.count == shift.count && scale.count == floor.count, "coefficients for each channel")
    self.scale = scale
    self.shift = shift
    self.floor = floor
    self.other = other
  }

  /// `value · scale + shift`.
  public init(scale: [Float], shift: [Float]) {
    self.init(
      scale: Tensor(row: scale), shift: Tensor(row: shift), floor: Tensor(repeating: -.infinity, count: scale.count))
  }

  /// `value · scale + other · otherScale + shift`.
  public init(scale: [Float], shift: [Float], other: FeatureMaps, otherScale: [Float]) {
    self.init(
      scale: Tensor(row: scale), shift: Tensor(row: shift), floor: Tensor(repeating: -.infinity, count: scale.count),
      other: (other, Tensor(row: otherScale)))
  }

  /// Nothing.
  public static func identity(_ channels: Int) -> Pending {
    Pending(scale: [Float](repeating: 1, count: channels), shift: [Float](repeating: 0, count: channels))
  }

  /// The same, and then `max(value, 0)`.
  public var rectified: Pending {
    Pending(scale: scale, shift: shift, floor: Tensor(repeating: 0, count: scale.count), other: other)
  }

  /// Whether it is `value · scale + shift`, and nothing else.
  var isAffine: Bool {
    let floor = floor.values
    return other == nil && floor.indices.allSatisfy { floor[$0] == -.infinity }
  }

  /// The coefficients of some channels.
  public subscript(channels: Range<Int>) -> Pending {
    Pending(
      scale: scale[channels], shift: shift[channels], floor: floor[channels],
      other: other.map { ($0.maps[channels], $0.scale[channels]) })
  }

  /// The coefficients of channels that stand beside each other. They have no other maps.
  public static func joined(_ parts: [Pending]) -> Pending {
    precondition(parts.allSatisfy { $0.other == nil }, "channels beside each other have no other maps")
    return Pending(
      scale: .joined(parts.map(\.scale)), shift: .joined(parts.map(\.shift)), floor: .joined(parts.map(\.floor)))
  }
}

/// Two sums over all pixels for each channel.
public struct ChannelSums: Equatable, Sendable {
  public let first: [Double]
  public let second: [Double]

  public init(first: [Double], second: [Double]) {
    self.first = first
    self.second = second
  }

  public subscript(channels: Range<Int>) -> ChannelSums {
    ChannelSums(first: Array(first[channels]), second: Array(second[channels]))
  }
}

/// Coefficients by channel.
extension Tensor {
  init(row values: [Float]) {
    self.init([values.count], values: values)
  }

  init(repeating value: Float, count: Int) {
    self.init(row: [Float](repeating: value, count: count))
  }

  fileprivate subscript(range: Range<Int>) -> Tensor {
    let values = values
    return Tensor(row: range.map { values[$0] })
  }

  fileprivate static func joined(_ parts: [Tensor]) -> Tensor {
    var result: [Float] = []
    for part in parts {
      let values = part.values
      for index in values.indices { result.append(values[index]) }
    }
    return Tensor(row: result)
  }
}
