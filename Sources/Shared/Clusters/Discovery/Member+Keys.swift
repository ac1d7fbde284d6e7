public import Transport

extension Member {
  /// With which keys the server is to be spoken to; `nil` if plainly.
  ///
  /// - Parameters:
  ///   - given: The keys that somebody named, who then wants no other way.
  ///   - folder: Where there are keys otherwise.
  public func keys(given: ClientKeys? = nil, otherwise folder: KeyFolder) throws(ClusterError) -> ClientKeys? {
    guard let publicKey else {
      if given == nil { return nil }
      throw ClusterError("server \(index) at \(address) speaks without keys, but keys were given for it")
    }
    guard given != nil || folder.exists else {
      throw ClusterError(
        "server \(index) at \(address) admits keys only, and there is no \(folder.path): give --keys FILE")
    }
    let keys = if let given { given } else { try folder.client() }
    guard keys.server == publicKey else {
      throw ClusterError("server \(index) at \(address) has the key \(publicKey), but \(keys.server) is expected of it")
    }
    return keys
  }
}
