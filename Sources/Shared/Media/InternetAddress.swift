internal import Glibc

/// The number of a host of the Internet, of version 4 or 6.
public struct InternetAddress: Equatable, Sendable {
  /// 4 or 16 bytes, as they go over the network.
  let bytes: [UInt8]

  /// Reads `192.0.2.1` or `2001:db8::1`.
  public init?(_ text: String) {
    var four = in_addr()
    var six = in6_addr()
    if unsafe inet_pton(AF_INET, text, &four) == 1 {
      bytes = unsafe withUnsafeBytes(of: &four) { unsafe Array($0) }
    } else if unsafe inet_pton(AF_INET6, text, &six) == 1 {
      bytes = unsafe withUnsafeBytes(of: &six) { unsafe Array($0) }
    } else {
      return nil
    }
  }

  /// - Parameter address: A `sockaddr_in` or a `sockaddr_in6`; there is nothing else on the Internet.
  init?(_ address: UnsafeRawPointer) {
    switch unsafe Int32(address.loadUnaligned(as: sockaddr.self).sa_family) {
    case AF_INET:
      var four = unsafe address.loadUnaligned(as: sockaddr_in.self).sin_addr
      bytes = unsafe withUnsafeBytes(of: &four) { unsafe Array($0) }
    case AF_INET6:
      var six = unsafe address.loadUnaligned(as: sockaddr_in6.self).sin6_addr
      bytes = unsafe withUnsafeBytes(of: &six) { unsafe Array($0) }
    default: return nil
    }
  }

  /// Whether it is one of the Internet that all reach: not this machine, nor its network, nor one for a special purpose
  /// (IANA's registries of special-purpose addresses, RFC 6890).
  public var isPublic: Bool {
    if bytes.count == 4 { return !Self.specialFour.contains { $0.contains(bytes) } }
    // An address of version 4 in the clothes of version 6.
    if Self.mapped.contains(bytes) { return InternetAddress(four: Array(bytes.suffix(4))).isPublic }
    return Self.global.contains(bytes) && !Self.specialSix.contains { $0.contains(bytes) }
  }

  private init(four bytes: [UInt8]) { self.bytes = bytes }

  /// Addresses that begin alike.
  private struct Block {
    let first: [UInt8]
    let bits: Int

    init(_ first: [UInt8], _ bits: Int) { (self.first, self.bits) = (first, bits) }

    func contains(_ bytes: [UInt8]) -> Bool {
      (0..<bits).allSatisfy { bit in
        let mask = UInt8(0x80) >> (bit % 8)
        let expected = bit / 8 < first.count ? first[bit / 8] : 0
        return bytes[bit / 8] & mask == expected & mask
      }
    }
  }

  private static let specialFour = [
    Block([0], 8), Block([10], 8), Block([100, 64], 10), Block([127], 8), Block([169, 254], 16), Block([172, 16], 12),
    Block([192, 0, 0], 24), Block([192, 0, 2], 24), Block([192, 88, 99], 24), Block([192, 168], 16),
    Block([198, 18], 15), Block([198, 51, 100], 24), Block([203, 0, 113], 24), Block([224], 4), Block([240], 4),
  ]
  private static let mapped = Block(Array(repeating: 0, count: 10) + [0xff, 0xff], 96)
  private static let global = Block([0x20], 3)
  /// Within `global`: protocols and tunnels, documentation.
  private static let specialSix = [
    Block([0x20, 0x01, 0x00], 23), Block([0x20, 0x01, 0x0d, 0xb8], 32), Block([0x20, 0x02], 16),
    Block([0x3f, 0xff, 0x00], 20),
  ]
}

extension InternetAddress: CustomStringConvertible {
  public var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let family = bytes.count == 4 ? AF_INET : AF_INET6
    guard unsafe inet_ntop(family, bytes, &text, socklen_t(text.count)) != nil else { return "an address" }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
