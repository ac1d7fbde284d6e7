/// What `antiphon doctor` has looked at, and what it thinks of it.
struct Finding: Encodable, Equatable {
  enum State: String, Encodable {
    case ok
    /// It works, but slowly, or not for long.
    case warning
    /// It does not work.
    case problem
  }

  let check: String
  let state: State
  let found: String
  /// What to do; `nil` if nothing.
  let advice: String?

  static func ok(_ check: String, _ found: String) -> Finding {
    Finding(check: check, state: .ok, found: found, advice: nil)
  }

  static func warning(_ check: String, _ found: String, _ advice: String) -> Finding {
    Finding(check: check, state: .warning, found: found, advice: advice)
  }

  static func problem(_ check: String, _ found: String, _ advice: String) -> Finding {
    Finding(check: check, state: .problem, found: found, advice: advice)
  }

  var line: String {
    let name = check + String(repeating: " ", count: max(0, 16 - check.count))
    let state = state.rawValue + String(repeating: " ", count: 7 - state.rawValue.count)
    return "\(state)  \(name)  \(found)" + (advice.map { ": \($0)" } ?? "")
  }
}

/// What `antiphon doctor` prints.
struct DoctorReport: Encodable {
  let findings: [Finding]
  let warnings: Int
  let problems: Int

  init(_ findings: [Finding]) {
    self.findings = findings
    warnings = findings.count { $0.state == .warning }
    problems = findings.count { $0.state == .problem }
  }

  var lines: [String] {
    findings.map(\.line) + [
      "\(problems) problem\(problems == 1 ? "" : "s"), \(warnings) warning\(warnings == 1 ? "" : "s")"
    ]
  }
}
