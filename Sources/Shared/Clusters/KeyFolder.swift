internal import Foundation
internal import Glibc
public import Transport

/// A client that may connect to the servers of a run.
public struct AdmittedClient: Equatable, Sendable {
  public let key: PublicKey
  public let name: String

  public init(key: PublicKey, name: String) {
    self.key = key
    self.name = name
  }
}

/// The keys of a run, which nobody but its owner may read.
///
///     server      the pair of all servers of the run
///     client      the pair of its workers and of the command line, and the servers' public key
///     admitted    who may connect, one a line: PUBLIC-KEY NAME
public struct KeyFolder: Sendable {
  public let path: String

  public var clientFile: String { "\(path)/client" }
  public var admittedFile: String { "\(path)/admitted" }
  private var serverFile: String { "\(path)/server" }

  init(_ path: String) {
    self.path = path
  }

  /// The keys of the run in whose folder servers say where they are: RUN/keys beside RUN/members.
  public init(beside members: Members) {
    path = URL(filePath: members.folder).deletingLastPathComponent().appending(path: "keys").path
  }

  /// The keys, yet to be made, of a run that is yet to be made too, in a folder that is made now.
  public init(inNewFolder run: String) throws(ClusterError) {
    guard !FileManager.default.fileExists(atPath: run) else {
      throw ClusterError("expected the folder of a run that is yet to be made, but there is \(run) already")
    }
    try makeFolder(run)
    path = "\(run)/keys"
  }

  public var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// Makes the keys of a run that has none. The folder appears whole, by renaming.
  public func create() throws(ClusterError) {
    let made = "\(path).\(UUID().uuidString)"
    guard unsafe mkdir(made, 0o700) == 0 else {
      throw ClusterError("cannot make the folder \(made): \(unsafe String(cString: strerror(errno)))")
    }
    defer { try? FileManager.default.removeItem(atPath: made) }
    let folder = KeyFolder(made)
    let server = try Self.freshPair()
    let client = try Self.freshPair()
    try PrivateFile.create(folder.serverFile, KeyFile.text(name: "server", server))
    try PrivateFile.create(folder.clientFile, KeyFile.text(name: "client", client, server: server.publicKey))
    try PrivateFile.create(folder.admittedFile, "\(client.publicKey) client\n")
    guard unsafe rename(made, path) == 0 else {
      throw ClusterError("cannot make the folder \(path): \(unsafe String(cString: strerror(errno)))")
    }
  }

  /// What the servers prove.
  public func server() throws(ClusterError) -> KeyPair { try KeyFile.pair(at: serverFile) }

  /// What the workers and the command line prove, and what they expect of servers.
  public func client() throws(ClusterError) -> ClientKeys { try KeyFile.clientKeys(at: clientFile) }

  /// What a client's file holds, wherever it is.
  public static func client(at path: String) throws(ClusterError) -> ClientKeys { try KeyFile.clientKeys(at: path) }

  /// Who may connect.
  public func admitted() throws(ClusterError) -> [AdmittedClient] {
    var clients: [AdmittedClient] = []
    let text = try PrivateFile.read(admittedFile, hiddenFromOthers: false)
    for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
      let words = line.split(separator: " ", maxSplits: 1, omittingEmptySubsequences: true)
      guard let first = words.first else { continue }
      do {
        clients.append(
          AdmittedClient(key: try PublicKey(parsing: first), name: words.count > 1 ? String(words[1]) : ""))
      } catch { throw ClusterError("\(admittedFile), line \(index + 1): \(error)") }
    }
    return clients
  }

  /// Makes a pair for one more client, writes everything that it needs into a file that was not there, and admits it.
  public func admit(_ name: String, writing file: String) throws(ClusterError) -> PublicKey {
    guard (1...64).contains(name.count), name.allSatisfy({ $0.isLetter || $0.isNumber || "-_.@".contains($0) }) else {
      throw ClusterError("expected a name of up to 64 letters, digits and -_.@, found '\(name)'")
    }
    guard try !admitted().contains(where: { $0.name == name }) else {
      throw ClusterError("\(admittedFile) has a \(name) already: choose another name, or delete its line")
    }
    let server = try server().publicKey
    let pair = try Self.freshPair()
    try PrivateFile.create(file, KeyFile.text(name: name, pair, server: server))
    do throws(ClusterError) {
      // A line that an editor left without an end must not swallow this one; an empty line means nothing.
      try PrivateFile.append("\n\(pair.publicKey) \(name)\n", to: admittedFile)
    } catch {
      try? FileManager.default.removeItem(atPath: file)
      throw error
    }
    return pair.publicKey
  }

  private static func freshPair() throws(ClusterError) -> KeyPair {
    do {
      return try KeyPair()
    } catch { throw ClusterError("\(error)") }
  }
}
