extension Bucket {
  /// A large object that is put in parts: it is there when all are, and `finish` was called.
  public struct Upload: Sendable {
    /// The least number of bytes of a part that is not the last.
    public static let leastPartBytes = 5 << 20
    /// An object has no more.
    public static let mostParts = 10_000

    public let key: String
    fileprivate let id: String
    fileprivate var tags: [String] = []
    fileprivate var size = 0
  }

  /// Begins an object of several parts.
  public func beginUpload(as key: String) throws(BucketError) -> Upload {
    let response = try ask(HTTPRequest(method: .post, url: "\(url(of: key))?uploads="), about: key)
    guard let id = texts(of: "UploadId", in: response.body).first else {
      throw BucketError(.refused, at: address(of: key), "expected an UploadId for an object of parts, none came")
    }
    return Upload(key: key, id: id)
  }

  /// Puts the next part.
  public func put(_ part: [UInt8], of upload: inout Upload) throws(BucketError) {
    let query = "partNumber=\(upload.tags.count + 1)&uploadId=\(escaped(upload.id))"
    let response = try ask(
      HTTPRequest(method: .put, url: "\(url(of: upload.key))?\(query)", body: part), about: upload.key)
    guard let tag = response.headers["etag"] else {
      throw BucketError(
        .refused, at: address(of: upload.key), "expected an ETag of part \(upload.tags.count + 1), none came")
    }
    upload.tags.append(tag)
    upload.size += part.count
  }

  /// Makes the object of its parts.
  public func finish(_ upload: Upload) throws(BucketError) {
    let parts = upload.tags.enumerated().map { index, tag in
      "<Part><ETag>\(tag)</ETag><PartNumber>\(index + 1)</PartNumber></Part>"
    }
    let body = "<CompleteMultipartUpload>\(parts.joined())</CompleteMultipartUpload>"
    let request = HTTPRequest(
      method: .post, url: "\(url(of: upload.key))?uploadId=\(escaped(upload.id))", body: Array(body.utf8))
    let response: HTTPResponse
    do throws(BucketError) {
      response = try ask(request, about: upload.key)
    } catch {
      // The answer to an earlier try may have been lost.
      guard error.kind == .absent, try size(of: upload.key) == upload.size else { throw error }
      return
    }
    // The store begins to answer before it is done: then an error comes with the status 200.
    if let code = texts(of: "Code", in: response.body).first {
      throw BucketError(.refused, at: address(of: upload.key), "the parts make no object: \(code)")
    }
  }

  /// Lets go of the parts that have been put.
  public func abandon(_ upload: Upload) throws(BucketError) {
    do throws(BucketError) {
      _ = try ask(
        HTTPRequest(method: .delete, url: "\(url(of: upload.key))?uploadId=\(escaped(upload.id))"), about: upload.key)
    } catch  where error.kind == .absent {}
  }

  /// The objects of parts that were begun and not finished, under the address's prefix; at most the thousand that a store
  /// names at once.
  public func unfinishedUploads() throws(BucketError) -> [Upload] {
    let start = address.prefix.isEmpty ? "" : "\(address.prefix)/"
    let response = try ask(
      HTTPRequest(method: .get, url: "\(bucketURL)?prefix=\(escaped(start))&uploads="), about: "")
    let found = zip(texts(of: "Key", in: response.body), texts(of: "UploadId", in: response.body))
    return found.compactMap { key, id in
      key.hasPrefix(start) ? Upload(key: String(key.dropFirst(start.count)), id: id) : nil
    }
  }
}
