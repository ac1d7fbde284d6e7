import Tensors

/// The input of a layer that reads it with nothing pending.
struct PlainInput: Sendable {
  private let original: Features
  let plain: Features

  /// Whether nothing was pending for the input as it came.
  var isPlain: Bool { original.pending == nil }

  init(_ x: Features) {
    original = x
    plain = x.materialized()
  }

  /// The gradient of the input as it came, from that of the plain one, added to one that others found.
  func gradient(_ dx: Features, onto gradient: Features?) -> Features { original.gradientAsRead(dx, onto: gradient) }
}

extension Features {
  /// The gradient of these features, from that of their values as they are read, added to one that others found.
  func gradientAsRead(_ dx: Features, onto gradient: Features?) -> Features {
    let dx = dx.materialized()
    let sum = gradient?.adding(dx) ?? dx
    guard pending != nil else { return Features(sum.maps, sums: gradient == nil ? dx.sums : nil) }
    return sum.gated(by: self, partner: maps)
  }
}
