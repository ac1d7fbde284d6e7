internal import Foundation

/// What TensorFlow's launchers tell a process in `TF_CONFIG`:
/// `{"cluster": {"ps": ["host:port", …], "worker": […]}, "task": {"type": "ps", "index": 0}}`.
public struct TFConfig: Sendable {
  private struct Description: Decodable {
    struct Task: Decodable {
      let type: String
      let index: Index
    }

    /// Some launchers write it as text.
    struct Index: Decodable {
      let value: Int

      init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if let number = try? container.decode(Int.self) {
          value = number
        } else if let number = Int(try container.decode(String.self)) {
          value = number
        } else {
          throw DecodingError.dataCorruptedError(in: container, debugDescription: "no number")
        }
      }
    }

    let cluster: [String: [String]]
    let task: Task
  }

  let servers: [ServerAddress]
  private let chiefs: Int
  private let type: String
  private let index: Int

  /// - Returns: `nil` where it is not set.
  init?(_ environment: [String: String]) throws(ClusterError) {
    guard let text = environment["TF_CONFIG"], !text.isEmpty else { return nil }
    let description: Description
    do {
      description = try JSONDecoder().decode(Description.self, from: Data(text.utf8))
    } catch {
      throw ClusterError(
        #"TF_CONFIG: expected {"cluster": {"ps": ["host:port"], …}, "task": {"type": "ps", "index": 0}}, found '\#(text)'"#
      )
    }
    guard let servers = description.cluster["ps"], !servers.isEmpty else {
      throw ClusterError("TF_CONFIG: expected parameter servers in cluster.ps, there are none")
    }
    do {
      self.servers = try ServerAddress.list(parsing: servers.joined(separator: ","))
    } catch { throw ClusterError("TF_CONFIG: \(error)") }
    chiefs = (description.cluster["chief"] ?? description.cluster["master"] ?? []).count
    type = description.task.type
    index = description.task.index.value
  }

  /// Which server this process is.
  func serverIndex() throws(ClusterError) -> Int {
    guard type == "ps", servers.indices.contains(index) else {
      throw ClusterError("TF_CONFIG: expected the task of one of \(servers.count) ps, it is \(type) \(index)")
    }
    return index
  }

  /// Which worker this process is; TensorFlow's chief is a worker too, and the first.
  func workerIndex() throws(ClusterError) -> Int {
    switch type {
    case "chief", "master": return index
    case "worker" where index >= 0: return chiefs + index
    case "evaluator" where index >= 0: return index
    default:
      throw ClusterError("TF_CONFIG: expected the task of a worker, the chief or an evaluator, it is \(type) \(index)")
    }
  }

  /// What this worker is to do.
  var workerRole: WorkerRole { type == "evaluator" ? .evaluate : .train }
}
