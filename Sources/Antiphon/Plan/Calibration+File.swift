import Clusters
import Foundation
import Planning

extension Calibration {
  /// Reads what `antiphon bench calibrate` wrote.
  init(file path: String) throws {
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    let bytes: Data
    do {
      bytes = try Data(contentsOf: URL(filePath: path))
    } catch { throw ClusterError("cannot read \(path): \(error.localizedDescription)") }
    do {
      self = try decoder.decode(Calibration.self, from: bytes)
    } catch { throw ClusterError("expected a calibration of 'antiphon bench calibrate' in \(path), it holds none") }
    if let flaw { throw ClusterError("\(path): \(flaw)") }
  }

  func write(to path: String) throws {
    let encoder = JSONEncoder()
    encoder.keyEncodingStrategy = .convertToSnakeCase
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      try (encoder.encode(self) + Data("\n".utf8)).write(to: URL(filePath: path), options: .atomic)
    } catch { throw ClusterError("cannot write \(path): \(error.localizedDescription)", mayPass: true) }
  }

  var lines: [String] {
    func text(_ cost: ExchangeCosts.Cost) -> String {
      String(format: "%.0f us a message and %.2f ns a byte", cost.secondsPerMessage * 1e6, cost.secondsPerByte * 1e9)
    }
    func lines(_ costs: ExchangeCosts) -> [String] {
      [
        "  server lane  \(text(costs.lane))",
        "  server       \(text(costs.server)), of all its threads",
        "  worker       \(text(costs.worker))",
      ]
    }
    let computing = String(
      format: "%.3f s a mini-batch of %d, varying by %.1f %%", computeSeconds, batch, computeVariation * 100)
    return ["\(model) on \(threads) threads: \(computing)", "exchange, a server and a worker:"] + lines(costs)
      + [String(format: "  round trip   %.0f us beside that", costs.localRoundTripSeconds * 1e6)]
      + ["exchange, more processes than cores:"] + lines(crowdedCosts)
  }
}
