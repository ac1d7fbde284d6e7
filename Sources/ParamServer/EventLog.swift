import Clusters
import Foundation
import Logging
import Telemetry

/// What happens in a run, for its record and for the log of server 0.
struct EventLog: ~Copyable {
  private let record: RunRecord
  private let log: Logger
  private var fails = false

  init(of folder: RunFolder, log: Logger) throws(RunRecordError) {
    record = try RunRecord(appendingTo: folder.events)
    self.log = log
  }

  /// Notes an event; where that fails, it is said once, and the training goes on.
  mutating func note(_ kind: RunEvent.Kind, _ text: String, at step: Int) {
    log.log(level: kind == .failed ? .error : .notice, "\(text)", metadata: ["step": "\(step)"])
    do throws(RunRecordError) {
      try record.append(
        RunEvent(unixSeconds: Date().timeIntervalSince1970, step: step, kind: kind, text: text))
      fails = false
    } catch {
      if !fails { log.error("an event is not recorded: \(error)") }
      fails = true
    }
  }
}
