internal import CZeroMQ

/// The public half of a CURVE key pair (RFC 26 of ZeroMQ): 32 bytes, told as 40 characters of Z85 (RFC 32).
public struct PublicKey: Hashable, Sendable, CustomStringConvertible {
  public let description: String

  public init(parsing text: some StringProtocol) throws(KeyError) {
    description = try checkedKeyText(text)
  }

  /// `nil` if there are not 32 bytes (`zmq_z85_encode`).
  init?(_ bytes: [UInt8]) {
    guard bytes.count == 32 else { return nil }
    var text = [CChar](repeating: 0, count: keyCharacters + 1)
    guard unsafe zmq_z85_encode(&text, bytes, bytes.count) != nil else { return nil }
    description = keyText(text)
  }

  fileprivate init(_ text: [CChar]) { description = keyText(text) }
}

extension PublicKey: Codable {
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    do throws(KeyError) {
      try self.init(parsing: container.text)
    } catch {
      throw DecodingError.dataCorruptedError(in: container, debugDescription: error.description)
    }
  }

  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    try container.encode(description)
  }
}

extension SingleValueDecodingContainer {
  /// The text that stands there; empty where something else does.
  fileprivate var text: String { (try? decode(String.self)) ?? "" }
}

/// A CURVE key pair. It tells others its public half only.
public struct KeyPair: Equatable, Sendable, CustomStringConvertible, CustomDebugStringConvertible {
  public let publicKey: PublicKey
  /// 40 characters of Z85, for a file that nobody else may read.
  public let secret: String

  /// A pair that nobody had before (`zmq_curve_keypair`).
  public init() throws(KeyError) {
    var known = [CChar](repeating: 0, count: keyCharacters + 1)
    var secret = known
    guard unsafe zmq_curve_keypair(&known, &secret) == 0 else { throw .noCurve }
    publicKey = PublicKey(known)
    self.secret = keyText(secret)
  }

  /// The pair that a secret key is of (`zmq_curve_public`).
  public init(secret text: some StringProtocol) throws(KeyError) {
    secret = try checkedKeyText(text)
    var known = [CChar](repeating: 0, count: keyCharacters + 1)
    guard unsafe zmq_curve_public(&known, secret) == 0 else { throw .noCurve }
    publicKey = PublicKey(known)
  }

  public var description: String { "the pair of the public key \(publicKey)" }
  public var debugDescription: String { description }
}

/// What a client needs to speak with servers under CURVE: its own pair, and the key that the servers must prove.
public struct ClientKeys: Equatable, Sendable {
  public let pair: KeyPair
  public let server: PublicKey

  public init(pair: KeyPair, server: PublicKey) {
    self.pair = pair
    self.server = server
  }
}

/// Why a text is no key.
public struct KeyError: Error, Equatable, CustomStringConvertible {
  public let description: String

  fileprivate static let noCurve = KeyError(description: "this machine's libzmq was built without CURVE")
}

private let keyCharacters = 40

/// The text of a key, if it is one (`zmq_z85_decode`).
private func checkedKeyText(_ text: some StringProtocol) throws(KeyError) -> String {
  let alphabet = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.-:+=^!/*?&<>()[]{}@%$#"
  if let place = text.firstIndex(where: { !alphabet.contains($0) }) {
    let number = text.distance(from: text.startIndex, to: place) + 1
    throw KeyError(
      description: "expected a key in the \(alphabet.count) characters of Z85, character \(number) is none")
  }
  guard text.count == keyCharacters else {
    throw KeyError(description: "expected a key of \(keyCharacters) characters, \(text.count) came")
  }
  var bytes = [UInt8](repeating: 0, count: 32)
  guard unsafe zmq_z85_decode(&bytes, String(text)) != nil else {
    throw KeyError(description: "expected a key, \(keyCharacters) characters came that stand for more than 32 bytes")
  }
  return String(text)
}

private func keyText(_ text: [CChar]) -> String {
  String(decoding: text.prefix(keyCharacters).map(UInt8.init(bitPattern:)), as: UTF8.self)
}
