/// Which hosts may be asked for media on behalf of strangers: those of the Internet that all reach, and those that are
/// named. Otherwise who may ask this machine for a page could reach what only this machine reaches.
public struct AddressRules: Equatable, Sendable {
  /// Names and numbers, in small letters.
  private let allowedHosts: Set<String>

  /// - Parameter allowedHosts: Those that may be asked wherever they are.
  public init(allowedHosts: [String] = []) { self.allowedHosts = Set(allowedHosts.map { $0.lowercased() }) }

  /// Whether a connection to an address may be opened, for the sake of a host.
  func allows(_ address: InternetAddress, of host: String) -> Bool { address.isPublic || allowedHosts.contains(host) }

  /// Looks where an address leads, and refuses it where that is not public. The answer may be another one later on: what
  /// is connected to is checked again.
  public func check(_ address: WebAddress) throws(MediaError) {
    let found = try address.addresses()
    if let refused = found.first(where: { !allows($0, of: address.host) }) {
      throw refusal(of: refused, host: address.host)
    }
  }

  func refusal(of address: InternetAddress, host: String) -> MediaError {
    let name = "\(address)" == host ? host : "\(host.short) (\(address))"
    return MediaError(.notPublic, "expected a host of the public Internet, \(name) is not one; --allow-host allows it")
  }
}
