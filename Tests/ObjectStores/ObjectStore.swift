import Foundation

/// An object store on this machine that checks signatures, and fails as it is told; it ends with the test.
public final class ObjectStore: @unchecked Sendable {  // one serialized suite has it
  /// Whether there is one to be had: `Tests/setup` installs it.
  public static let isThere = hasMoto

  /// Where the store is, and who may use it, as programs are told.
  public let environment: [String: String]
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  public init() throws {
    process.executableURL = URL(filePath: "\(Self.tools)/bin/python")
    process.arguments = ["\(Self.repository)/Tests/ObjectStores/store.py"]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    let told = try JSONDecoder().decode([String: String].self, from: Data(Self.line(of: output).utf8))
    environment = [
      "AWS_ENDPOINT_URL": told["endpoint"] ?? "", "AWS_ACCESS_KEY_ID": told["key_id"] ?? "",
      "AWS_SECRET_ACCESS_KEY": told["secret"] ?? "", "AWS_REGION": "us-east-1",
    ]
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// Has the store fail from now on, as `store.py` tells.
  public func fail(_ fault: String) throws {
    try input.fileHandleForWriting.write(contentsOf: Data("\(fault)\n".utf8))
    let answer = try Self.line(of: output)
    precondition(answer == "ok", "the store knows '\(fault)'")
  }

  private static func line(of pipe: Pipe) throws -> String {
    var bytes: [UInt8] = []
    while let byte = try pipe.fileHandleForReading.read(upToCount: 1)?.first, byte != UInt8(ascii: "\n") {
      bytes.append(byte)
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static let repository = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
  private static let tools = "\(repository)/.build/tools"

  private static var hasMoto: Bool {
    let versions = (try? FileManager.default.contentsOfDirectory(atPath: "\(tools)/lib")) ?? []
    return versions.contains {
      FileManager.default.fileExists(atPath: "\(tools)/lib/\($0)/site-packages/moto/server.py")
    }
  }
}
