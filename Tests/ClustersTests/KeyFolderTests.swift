import Clusters
import Foundation
import Synchronization
import Testing
import Transport

@Suite struct `The keys of a run` {
  private func withRun(_ body: (RunFolder) throws -> Void) throws {
    try withTemporaryFolder { try body(RunFolder(creating: "\($0)/run", someSettings)) }
  }

  private func mode(of path: String) throws -> Int {
    try #require(try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int)
  }

  @Test func `are there from the beginning, for nobody else to read, and fit together`() throws {
    try withRun { run in
      #expect(run.keys.exists)
      #expect(try mode(of: run.keys.path) == 0o700)
      for name in ["server", "client", "admitted"] { #expect(try mode(of: "\(run.keys.path)/\(name)") == 0o600) }
      let client = try run.keys.client()
      #expect(try client.server == run.keys.server().publicKey)
      #expect(try run.keys.admitted() == [AdmittedClient(key: client.pair.publicKey, name: "client")])
      #expect(try KeyFolder(beside: Members(folder: run.members)).client() == client)
    }
  }

  @Test func `are never the same in two runs, and never overwritten`() throws {
    try withRun { run in
      let before = (try run.keys.server(), try run.keys.client())
      try withRun { other in
        let server = try other.keys.server()
        let client = try other.keys.client()
        #expect(server != before.0 && client.pair != before.1.pair)
      }
      #expect(throws: ClusterError.self) { try run.keys.create() }
      #expect(try run.keys.server() == before.0)
      #expect(try run.keys.client() == before.1)
      #expect(try FileManager.default.contentsOfDirectory(atPath: run.path).filter { $0.hasPrefix("keys.") }.isEmpty)
    }
  }

  @Test func `have one file for each client that is added`() throws {
    try withRun { run in
      let file = "\(run.path)/node-7.keys"
      let key = try run.keys.admit("node-7", writing: file)
      #expect(try mode(of: file) == 0o600)
      let keys = try KeyFolder.client(at: file)
      #expect(keys.pair.publicKey == key)
      #expect(try keys.server == run.keys.server().publicKey)
      #expect(try run.keys.admitted().map(\.name) == ["client", "node-7"])
      #expect(try run.keys.admitted().last?.key == key)
      let text = try String(contentsOfFile: file, encoding: .utf8)
      for (name, file) in [("node-8", file), ("node-7", "\(file)2"), ("", "\(file)2"), ("a b", "\(file)2")] {
        #expect(throws: ClusterError.self) { try run.keys.admit(name, writing: file) }
      }
      #expect(try String(contentsOfFile: file, encoding: .utf8) == text)
      #expect(!FileManager.default.fileExists(atPath: "\(file)2"))
      #expect(try run.keys.admitted().count == 2)
    }
  }

  @Test func `are read by the names that PyZMQ and CZMQ give them`() throws {
    try withTemporaryFolder { folder in
      let path = "\(folder)/certificate"
      let text = """
        #   ZeroMQ CURVE **Secret** Certificate
        metadata
        curve
            public-key = "Yne@$w-vo<fVvi]a<NY6T1ed:M$fCG*[IaLV{hID"
            secret-key = "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"
            server-key = "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7"
        """
      #expect(
        FileManager.default.createFile(atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: 0o600]))
      let keys = try KeyFolder.client(at: path)
      #expect(try keys.pair == KeyPair(secret: "D:)Q[IlAW!ahhC2ac:9*A}h:p?([4%wOTJ%JR%cs"))
      #expect("\(keys.server)" == "rq:rM>}U?@Lns47E1%kR.o@n%FcmmsL/@{H8]yf7")
    }
  }

  @Test func `in a bad file are refused in one line that names it and tells no secret`() throws {
    try withRun { run in
      let path = run.keys.clientFile
      let good = try String(contentsOfFile: path, encoding: .utf8)
      let keys = try run.keys.client()
      let secret = keys.pair.secret
      let other = try KeyPair().secret
      let damages: [(text: String?, mode: Int, complaint: String)] = [
        (nil, 0o600, "there is no \(path)"), (good, 0o640, "mode 640"), (good, 0o604, "mode 604"),
        ("", 0o600, "expected a line public-key"),
        (good.replacingOccurrences(of: "server-key", with: "x"), 0o600, "server-key"),
        (
          good.replacingOccurrences(of: secret, with: String(secret.dropLast())), 0o600,
          "secret-key: expected a key of 40"
        ),
        (good.replacingOccurrences(of: secret, with: "~\(secret.dropFirst())"), 0o600, "character 1 is none"),
        (good.replacingOccurrences(of: secret, with: other), 0o600, "not that of the secret one"),
        (String(repeating: "x", count: 2 << 20), 0o600, "larger than"),
      ]
      for (text, mode, complaint) in damages {
        try FileManager.default.removeItem(atPath: path)
        if let text {
          _ = FileManager.default.createFile(
            atPath: path, contents: Data(text.utf8), attributes: [.posixPermissions: mode])
        }
        let error = #expect(throws: ClusterError.self) { try run.keys.client() }
        let line = error?.description ?? ""
        #expect(line.contains(complaint) && line.contains(path) && !line.contains("\n"), "\(line)")
        #expect(!line.contains(secret.dropFirst().dropLast()) && !line.contains(other))
        if text == nil { _ = FileManager.default.createFile(atPath: path, contents: nil) }
      }
      try FileManager.default.removeItem(atPath: path)
      #expect(mkfifo(path, 0o600) == 0)
      #expect(throws: ClusterError.self) { try run.keys.client() }
    }
  }

  @Test func `of clients are read again when their file was changed, and admit nobody while it is bad`() throws {
    try withRun { run in
      let complaints = Mutex<[String]>([])
      let first = try run.keys.client().pair.publicKey
      let admission = try Admission(run.keys) { complaint in complaints.withLock { $0.append(complaint) } }
      #expect(admission.admits(first))
      let second = try run.keys.admit("second", writing: "\(run.path)/second")
      #expect(admission.admits(first) && admission.admits(second))
      let text = try String(contentsOfFile: run.keys.admittedFile, encoding: .utf8)
      let lines = text.split(separator: "\n")
      try "\(lines[1])".write(toFile: run.keys.admittedFile, atomically: false, encoding: .utf8)
      #expect(!admission.admits(first) && admission.admits(second))
      let third = try run.keys.admit("third", writing: "\(run.path)/third")
      #expect(admission.admits(second) && admission.admits(third))
      #expect(complaints.withLock { $0.isEmpty })

      try (text + "nonsense\n").write(toFile: run.keys.admittedFile, atomically: false, encoding: .utf8)
      #expect(!admission.admits(first) && !admission.admits(second))
      #expect(complaints.withLock { $0.count } == 1)
      #expect(
        complaints.withLock { $0.first?.contains("admitted, line 4: expected a key of 40 characters, 8 came") } == true)
      try text.write(toFile: run.keys.admittedFile, atomically: false, encoding: .utf8)
      #expect(admission.admits(first))
      #expect(chmod(run.keys.admittedFile, 0o622) == 0)
      #expect(!admission.admits(first))
      try FileManager.default.removeItem(atPath: run.keys.admittedFile)
      #expect(!admission.admits(first))
      #expect(complaints.withLock { $0.count } == 3)
    }
  }

  @Test func `are what a server is spoken to with that asks for them`() throws {
    try withRun { run in
      let keys = try run.keys.client()
      func member(_ key: PublicKey?) -> Member {
        Member(index: 0, count: 1, address: "10.0.0.1:5000", pid: 7, generation: 1, run: 42, publicKey: key)
      }
      let given = ClientKeys(pair: try KeyPair(), server: keys.server)
      #expect(try member(nil).keys(otherwise: run.keys) == nil)
      #expect(try member(keys.server).keys(otherwise: run.keys) == keys)
      #expect(try member(keys.server).keys(given: given, otherwise: run.keys) == given)
      let elsewhere = KeyFolder(beside: Members(folder: "\(run.path)/elsewhere/members"))
      for (complaint, ask) in [
        ("speaks without keys", { try member(nil).keys(given: given, otherwise: run.keys) }),
        ("is expected of it", { try member(KeyPair().publicKey).keys(otherwise: run.keys) }),
        ("give --keys FILE", { try member(keys.server).keys(otherwise: elsewhere) }),
      ] as [(String, () throws -> ClientKeys?)] {
        let error = #expect(throws: ClusterError.self) { _ = try ask() }
        #expect(error?.description.contains(complaint) == true && error?.mayPass == false)
      }
      let members = Members(folder: run.members)
      for key in [nil, keys.server] {
        try members.publish(member(key))
        #expect(try members.first() == member(key))
      }
    }
  }
}

@Suite struct `A host to listen on` {
  @Test(arguments: ["127.0.0.1", "127.0.0.2", "127.255.255.255", "localhost", "[::1]"])
  func `is loopback where only this machine reaches it`(_ host: String) { #expect(ServerAddress.isLoopback(host)) }

  @Test(arguments: [
    "0.0.0.0", "*", "10.0.0.1", "[::]", "128.0.0.1", "127.0.0", "127.0.0.1.example.org", "127.a.b.c", "eth0",
  ])
  func `is not loopback otherwise`(_ host: String) { #expect(!ServerAddress.isLoopback(host)) }
}
