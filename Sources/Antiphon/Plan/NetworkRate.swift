import ArgumentParser
import Foundation

/// How much a machine's line to the network carries in each direction: `10gbit`, `2.5gbit`, `100mbit`.
struct NetworkRate: ExpressibleByArgument, Equatable {
  let bitsPerSecond: Double

  init(bitsPerSecond: Double) { self.bitsPerSecond = bitsPerSecond }

  init?(argument: String) {
    for (unit, bits) in [("gbit", 1e9), ("mbit", 1e6)] where argument.hasSuffix(unit) {
      guard let number = Double(argument.dropLast(unit.count)), number > 0, number < 1e6 else { return nil }
      self.init(bitsPerSecond: number * bits)
      return
    }
    return nil
  }

  var bytesPerSecond: Double { bitsPerSecond / 8 }

  var description: String {
    bitsPerSecond >= 1e9 ? String(format: "%ggbit", bitsPerSecond / 1e9) : String(format: "%gmbit", bitsPerSecond / 1e6)
  }

  var defaultValueDescription: String { description }
}
