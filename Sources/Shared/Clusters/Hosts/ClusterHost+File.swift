internal import Foundation

extension ClusterHost {
  /// Reads a file of hosts as mpirun and DeepSpeed read it, `HOST slots=N` on a line, or as MPICH's mpiexec does, `HOST:N`.
  ///
  /// Where none are given there is one slot, what several lines give one host is added up, and comments begin with `#`.
  /// mpirun's `max_slots=N` is a limit that slots are here anyway: it counts where no slots are given.
  public static func list(at path: String) throws(ClusterError) -> [ClusterHost] {
    var hosts: [ClusterHost] = []
    let lines = try text(at: path).split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
    for (index, line) in lines.enumerated() {
      guard let host = try ClusterHost(line: line, at: "\(path), line \(index + 1)") else { continue }
      if let known = hosts.firstIndex(where: { $0.name == host.name }) {
        hosts[known] = ClusterHost(name: host.name, slots: hosts[known].slots + host.slots)
      } else {
        hosts.append(host)
      }
    }
    guard !hosts.isEmpty else {
      throw ClusterError("expected hosts in \(path), HOST slots=N on a line, there are none")
    }
    return hosts
  }

  private static func text(at path: String) throws(ClusterError) -> String {
    var isFolder: ObjCBool = false
    guard unsafe FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
      throw ClusterError("expected a file of hosts, there is no \(path)")
    }
    guard !isFolder.boolValue else { throw ClusterError("expected a file of hosts, \(path) is a folder") }
    guard let data = FileManager.default.contents(atPath: path) else {
      throw ClusterError("cannot read the file of hosts \(path)")
    }
    guard let text = String(data: data, encoding: .utf8) else {
      throw ClusterError("expected a file of hosts, \(path) is no text")
    }
    return text
  }

  /// Reads a line; `nil` where it names no host.
  private init?(line: Substring, at place: String) throws(ClusterError) {
    let malformed = ClusterError("\(place): expected HOST slots=N, found '\(line)'")
    var words = line.prefix { $0 != "#" }.replacing("=", with: " = ").split(whereSeparator: \.isWhitespace)[...]
    guard let first = words.popFirst() else { return nil }
    // An IPv6 number has more colons than one.
    let parts = first.split(separator: ":", omittingEmptySubsequences: false)
    let name = parts.count == 2 ? parts[0] : first
    // ssh would take it for a flag.
    guard !name.isEmpty, !name.hasPrefix("-"), !name.contains("/") else {
      throw ClusterError("\(place): expected the name of a host, found '\(first)'")
    }
    if parts.count == 2 { words = ["slots", "=", parts[1]] + words }
    var numbers: [String: Int] = [:]
    while let key = words.popFirst().map({ String($0).replacing("-", with: "_") }) {
      guard ["slots", "max_slots"].contains(key), numbers[key] == nil, words.popFirst() == "=",
        let number = words.popFirst().flatMap({ Int($0) }), (1...65_536).contains(number)
      else { throw malformed }
      numbers[key] = number
    }
    let slots = numbers["slots"] ?? numbers["max_slots"] ?? 1
    if let most = numbers["max_slots"], most < slots {
      throw ClusterError("\(place): expected max_slots of \(slots) at least, as there are slots, found '\(line)'")
    }
    self.init(name: String(name), slots: slots)
  }
}
