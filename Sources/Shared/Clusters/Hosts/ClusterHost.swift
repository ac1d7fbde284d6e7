internal import Foundation

/// A machine of a cluster that is reached by ssh.
public struct ClusterHost: Codable, Equatable, Sendable {
  /// What ssh is given: a name, an address, an alias of its configuration, or one of these behind `user@`.
  public let name: String
  /// How many workers it has room for.
  public let slots: Int

  /// Reads a file of hosts as mpirun and DeepSpeed read it: `HOST slots=N` on a line, one slot where none are given, and
  /// comments from `#` on.
  public static func list(at path: String) throws(ClusterError) -> [ClusterHost] {
    let text: String
    do {
      text = try String(contentsOfFile: path, encoding: .utf8)
    } catch { throw ClusterError("cannot read the file of hosts \(path): \(error.localizedDescription)") }
    var hosts: [ClusterHost] = []
    for (index, line) in text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline).enumerated() {
      let words = line.prefix { $0 != "#" }.split(whereSeparator: \.isWhitespace)
      guard let name = words.first else { continue }
      let place = "\(path), line \(index + 1)"
      let slots = try words.dropFirst().first.map { word throws(ClusterError) in
        guard word.hasPrefix("slots="), let slots = Int(word.dropFirst("slots=".count)), (1...65_536).contains(slots),
          words.count == 2
        else { throw ClusterError("\(place): expected HOST slots=N, found '\(line)'") }
        return slots
      }
      // ssh would take it for a flag.
      guard !name.hasPrefix("-"), !name.contains("/") else {
        throw ClusterError("\(place): expected the name of a host, found '\(name)'")
      }
      guard !hosts.contains(where: { $0.name == name }) else {
        throw ClusterError("\(place): \(name) is listed twice")
      }
      hosts.append(ClusterHost(name: String(name), slots: slots ?? 1))
    }
    guard !hosts.isEmpty else {
      throw ClusterError("expected hosts in \(path), HOST slots=N on a line, there are none")
    }
    return hosts
  }
}
