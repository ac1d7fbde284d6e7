import Clusters
import Transport

/// What is wrong with the keys of a run.
struct KeyFacts {
  var exist = true
  /// What reading the servers' pair, the clients' and the list of the admitted said; `nil` if nothing is wrong.
  var serverError: String?
  var clientError: String?
  var admittedError: String?
  /// Whether the client's file expects of servers what they prove.
  var doMatch = true
  /// Whether the client's file is of one who is admitted.
  var isClientAdmitted = true
  var admitted = 0
  let folder: String
}

extension KeyFacts {
  static func gathered(of keys: KeyFolder) -> KeyFacts {
    var facts = KeyFacts(folder: keys.path)
    guard keys.exists else {
      facts.exist = false
      return facts
    }
    func read<Value>(_ value: () throws(ClusterError) -> Value, _ error: WritableKeyPath<KeyFacts, String?>) -> Value? {
      do throws(ClusterError) { return try value() } catch let thrown {
        facts[keyPath: error] = "\(thrown)"
        return nil
      }
    }
    let server = read(keys.server, \.serverError)
    let client = read(keys.client, \.clientError)
    let admitted = read(keys.admitted, \.admittedError)
    if let server, let client { facts.doMatch = client.server == server.publicKey }
    if let client, let admitted { facts.isClientAdmitted = admitted.contains { $0.key == client.pair.publicKey } }
    facts.admitted = admitted?.count ?? 0
    return facts
  }

  var finding: Finding {
    guard exist else {
      return .warning(
        "keys", "there is no \(folder): the run's processes can only be on one machine",
        "antiphon keys RUN makes keys, while the run is stopped")
    }
    if let error = serverError ?? clientError ?? admittedError {
      return .problem("keys", error, "mend that, or remove \(folder) and make new ones: antiphon keys RUN")
    }
    guard doMatch else {
      return .problem(
        "keys", "\(folder)/client expects another key of servers than \(folder)/server has",
        "stop the run, remove \(folder), make new ones: antiphon keys RUN")
    }
    guard isClientAdmitted else {
      return .problem(
        "keys", "the key of \(folder)/client is not in \(folder)/admitted, so workers and the command line are refused",
        "add its line: PUBLIC-KEY client")
    }
    return .ok("keys", "private, of one pair each, \(admitted) admitted")
  }
}
