internal import Foundation
internal import Transport

/// A file with keys, in the form of ZeroMQ's certificates, which PyZMQ and CZMQ also read:
///
///     metadata
///         name = "worker-7"
///     curve
///         public-key = "…"
///         secret-key = "…"
///         server-key = "…"
///
/// The last line is ours, in the file of a client: what its servers must prove.
enum KeyFile {
  static func pair(at path: String) throws(ClusterError) -> KeyPair {
    try pair(of: PrivateFile.read(path, hiddenFromOthers: true), path)
  }

  static func clientKeys(at path: String) throws(ClusterError) -> ClientKeys {
    let text = try PrivateFile.read(path, hiddenFromOthers: true)
    let pair = try pair(of: text, path)
    return ClientKeys(pair: pair, server: try key("server-key", of: text, path, PublicKey.init(parsing:)))
  }

  /// The text of a file with a pair, and with the servers' public key where it is a client's.
  static func text(name: String, _ pair: KeyPair, server: PublicKey? = nil) -> String {
    var lines = [
      "# Whoever has this file can take part in the run.", "metadata", "    name = \"\(name)\"", "curve",
      "    public-key = \"\(pair.publicKey)\"", "    secret-key = \"\(pair.secret)\"",
    ]
    if let server { lines.append("    server-key = \"\(server)\"") }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func pair(of text: String, _ path: String) throws(ClusterError) -> KeyPair {
    let known = try key("public-key", of: text, path, PublicKey.init(parsing:))
    let pair = try key("secret-key", of: text, path, KeyPair.init(secret:))
    guard pair.publicKey == known else {
      throw ClusterError("\(path): expected the two halves of one pair, the public key is not that of the secret one")
    }
    return pair
  }

  private static func key<Key>(
    _ name: String, of text: String, _ path: String, _ parse: (String) throws(KeyError) -> Key
  ) throws(ClusterError) -> Key {
    for line in text.split(whereSeparator: \.isNewline) {
      let words = line.split(separator: "=", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      guard words.count == 2, words[0] == name else { continue }
      do {
        return try parse(words[1].trimmingCharacters(in: CharacterSet(charactersIn: "\"")))
      } catch { throw ClusterError("\(path), \(name): \(error)") }
    }
    throw ClusterError("\(path): expected a line \(name) = \"…\", there is none")
  }
}
