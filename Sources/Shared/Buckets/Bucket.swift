import Synchronization

/// A bucket of an object store that speaks as Amazon's S3 does, by libcurl. Keys are without the address's prefix.
///
/// Each call waits for the answer. What fails because the line is lost, or the store says that it cannot just now, is tried
/// again after longer and longer pauses. May be used by many threads at once: each has a line of its own.
public final class Bucket: Sendable {
  /// About 16 s together.
  public static let usualPauseSeconds = [0.2, 0.4, 0.8, 1.6, 3.2, 5, 5]

  public let address: BucketAddress
  private let access: BucketAccess
  private let pauseSeconds: [Double]
  private let idle = Mutex<[HTTPLine]>([])

  /// - Parameter pauseSeconds: How long to wait between the tries of one request.
  public init(_ address: BucketAddress, access: BucketAccess, pauseSeconds: [Double] = usualPauseSeconds) {
    self.address = address
    self.access = access
    self.pauseSeconds = pauseSeconds
  }

  /// `s3://BUCKET/PREFIX/KEY`
  public func address(of key: String) -> String { key.isEmpty ? "\(address)" : "\(address)/\(key)" }

  /// The number of bytes of an object.
  public func size(of key: String) throws(BucketError) -> Int {
    let response = try ask(HTTPRequest(method: .head, url: url(of: key)), about: key)
    guard let size = response.headers["content-length"].flatMap({ Int($0) }), size >= 0 else {
      throw BucketError(.refused, at: address(of: key), "expected a Content-Length of the object, none came")
    }
    return size
  }

  /// Some bytes of an object. Where the line is lost, those are asked for that have not come yet.
  ///
  /// - Parameter range: Not empty, and within the object.
  public func get(_ key: String, _ range: Range<Int>) throws(BucketError) -> [UInt8] {
    var bytes: [UInt8] = []
    var retries = Retries(seconds: pauseSeconds)
    while true {
      // There is to be room for what the store says of an error.
      let mostBytes = max(range.count - bytes.count, 1 << 16)
      var request = HTTPRequest(method: .get, url: url(of: key), mostBytes: mostBytes)
      request.headers["Range"] = "bytes=\(range.lowerBound + bytes.count)-\(range.upperBound - 1)"
      let response = exchange(request)
      if response.status == 206 { bytes += response.body }
      if bytes.count == range.count { return bytes }
      guard response.status != 200, bytes.count < range.count, response.judgement != .done else {
        throw BucketError(
          .refused, at: address(of: key),
          "expected bytes \(range), with status 206, \(response.body.count) bytes came with \(response.status)")
      }
      if response.status == 206, !response.body.isEmpty { retries = Retries(seconds: pauseSeconds) }
      try wait(after: response, of: key, &retries)
    }
  }

  /// Puts an object, in place of one that may be there.
  public func put(_ bytes: [UInt8], as key: String) throws(BucketError) {
    _ = try ask(HTTPRequest(method: .put, url: url(of: key), body: bytes), about: key)
  }

  /// Puts an object where there is none.
  ///
  /// - Parameter mayTry: Asked before each try; throws where it must not be put any more.
  /// - Throws: `BucketError` of the kind `taken` if somebody else has put one.
  public func putIfAbsent(
    _ bytes: [UInt8], as key: String, mayTry: () throws -> Void
  ) throws {
    let request = HTTPRequest(method: .put, url: url(of: key), headers: ["If-None-Match": "*"], body: bytes)
    do {
      _ = try ask(request, about: key, mayTry: mayTry)
    } catch let error as BucketError where error.kind == .taken {
      // The answer to an earlier try may have been lost.
      guard try size(of: key) == bytes.count, try get(key, 0..<bytes.count) == bytes else { throw error }
    }
  }

  /// Removes an object; it may be gone already.
  public func remove(_ key: String) throws(BucketError) {
    do throws(BucketError) {
      _ = try ask(HTTPRequest(method: .delete, url: url(of: key)), about: key)
    } catch  where error.kind == .absent {}
  }

  /// The keys of all objects that begin with the address's prefix and a slash, without these.
  public func keys() throws(BucketError) -> [String] {
    let start = address.prefix.isEmpty ? "" : "\(address.prefix)/"
    var keys: [String] = []
    var token: String?
    repeat {
      // In the order of their names, as they are signed.
      let continuation = token.map { "continuation-token=\(escaped($0))&" } ?? ""
      let query = "\(continuation)list-type=2&prefix=\(escaped(start))"
      let response = try ask(HTTPRequest(method: .get, url: "\(bucketURL)?\(query)"), about: "")
      keys += texts(of: "Key", in: response.body).filter { $0.hasPrefix(start) }.map {
        String($0.dropFirst(start.count))
      }
      token = texts(of: "NextContinuationToken", in: response.body).first
    } while token != nil
    return keys
  }

  var bucketURL: String { "\(access.endpoint)/\(address.bucket)" }

  func url(of key: String) -> String { "\(bucketURL)/\(address.prefix.isEmpty ? "" : "\(address.prefix)/")\(key)" }

  /// A text as it stands in a query: all but letters, digits and `-_.~` as `%XX`.
  func escaped(_ text: String) -> String {
    text.utf8.reduce(into: "") { result, byte in
      let scalar = Unicode.Scalar(byte)
      if scalar.isASCII,
        scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) || "-_.~".unicodeScalars.contains(scalar)
      {
        result.unicodeScalars.append(scalar)
      } else {
        result += (byte < 16 ? "%0" : "%") + String(byte, radix: 16, uppercase: true)
      }
    }
  }

  /// Asks until there is an answer that counts.
  func ask(_ request: HTTPRequest, about key: String) throws(BucketError) -> HTTPResponse {
    do {
      return try ask(request, about: key, mayTry: {})
    } catch let error as BucketError {
      throw error
    } catch { preconditionFailure("nothing else is thrown: \(error)") }
  }

  private func ask(_ request: HTTPRequest, about key: String, mayTry: () throws -> Void) throws -> HTTPResponse {
    var retries = Retries(seconds: pauseSeconds)
    while true {
      try mayTry()
      let response = exchange(request)
      if response.judgement == .done { return response }
      try wait(after: response, of: key, &retries)
    }
  }

  /// Waits after an answer that is none; throws where no other try is to be made.
  private func wait(after response: HTTPResponse, of key: String, _ retries: inout Retries) throws(BucketError) {
    switch response.judgement {
    case .done: return
    case .failed(let kind, let reason): throw BucketError(kind, at: address(of: key), reason)
    case .again(let reason):
      guard retries.wait() else { throw BucketError(.unreachable, at: address(of: key), reason) }
    }
  }

  private func exchange(_ request: HTTPRequest) -> HTTPResponse {
    let line = idle.withLock { $0.popLast() } ?? HTTPLine(access)
    defer { idle.withLock { $0.append(line) } }
    return line.exchange(request)
  }
}
