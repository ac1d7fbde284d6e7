internal import Foundation
public import Transport

/// A server of a run, as it tells others where it is.
public struct Member: Codable, Equatable, Sendable {
  public let index: Int
  /// The number of servers that it was started as one of.
  public let count: Int
  /// `host:port`.
  public let address: String
  public let pid: Int32
  /// The server's count of its own starts.
  public let generation: UInt32
  /// The run's number.
  public let run: UInt64
  /// What the server proves to those who connect, and how it wants to be spoken to; `nil` if plainly.
  public let publicKey: PublicKey?

  public init(
    index: Int, count: Int, address: String, pid: Int32, generation: UInt32, run: UInt64, publicKey: PublicKey? = nil
  ) {
    self.index = index
    self.count = count
    self.address = address
    self.pid = pid
    self.generation = generation
    self.run = run
    self.publicKey = publicKey
  }
}

/// A folder in which each server of a run says where it is, in a file that appears whole, by renaming.
public struct Members: Sendable {
  public let folder: String

  public init(folder: String) {
    self.folder = folder
  }

  /// Tells where a server is, in place of what it told before.
  public func publish(_ member: Member) throws(ClusterError) {
    try makeFolder(folder)
    try JSONFile.write(member, to: path(of: member.index))
  }

  /// A server of a run with that many servers, if it has said where it is.
  public func server(_ index: Int, of count: Int) throws(ClusterError) -> Member? {
    guard let member = try JSONFile.read(Member.self, at: path(of: index)), member.count == count else { return nil }
    return member
  }

  /// Server 0, however many servers there are: it is the one to ask about a run.
  public func first() throws(ClusterError) -> Member? {
    try JSONFile.read(Member.self, at: path(of: 0))
  }

  /// Waits until all servers have said where they are.
  ///
  /// - Returns: The servers in the order of their indices, at least one; `nil` if the wait was called off.
  public func waitForServers(timeoutSeconds: Double, isCancelled: () -> Bool) throws(ClusterError) -> [Member]? {
    let deadline = ContinuousClock.now + .seconds(timeoutSeconds)
    while true {
      if let members = try all() { return members }
      if isCancelled() { return nil }
      guard ContinuousClock.now < deadline else {
        throw ClusterError(
          "servers were to say in \(folder) where they are, not all did within \(timeoutSeconds) s", mayPass: true)
      }
      Thread.sleep(forTimeInterval: 0.1)
    }
  }

  /// Takes back what a start of a server told, unless a newer one has told something since.
  public func withdraw(_ index: Int, generation: UInt32) throws(ClusterError) {
    guard let member = try JSONFile.read(Member.self, at: path(of: index)), member.generation == generation else {
      return
    }
    do {
      try FileManager.default.removeItem(atPath: path(of: index))
    } catch { throw ClusterError("cannot remove \(path(of: index)): \(error.localizedDescription)") }
  }

  /// Forgets the servers of an earlier start of the run; only for the one who is about to start them all.
  public func clear() throws(ClusterError) {
    do {
      guard FileManager.default.fileExists(atPath: folder) else { return }
      try FileManager.default.removeItem(atPath: folder)
    } catch { throw ClusterError("cannot remove \(folder): \(error.localizedDescription)") }
  }

  /// All servers, if each one is there, of the same number and the same run.
  private func all() throws(ClusterError) -> [Member]? {
    guard let first = try first() else { return nil }
    var members: [Member] = []
    for index in 0..<first.count {
      guard let member = try server(index, of: first.count), member.run == first.run else { return nil }
      members.append(member)
    }
    return members
  }

  private func path(of index: Int) -> String { "\(folder)/server-\(index).json" }
}

/// Makes a folder and those above it, where they are not there.
func makeFolder(_ path: String) throws(ClusterError) {
  do {
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  } catch { throw ClusterError("cannot make the folder \(path): \(error.localizedDescription)") }
}
