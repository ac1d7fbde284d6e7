internal import Glibc

/// What the system knows of hosts.
enum HostAddress {
  /// Whether a name has an address (`getaddrinfo`).
  static func isKnown(_ host: String) -> Bool {
    var found: UnsafeMutablePointer<addrinfo>?
    defer { if let found = unsafe found { unsafe freeaddrinfo(found) } }
    return unsafe getaddrinfo(host, nil, nil, &found) == 0
  }

  /// This host's own address, as the other one is reached from it: that which the system gives to a datagram socket which
  /// is connected there. Nothing is sent.
  ///
  /// - Parameter other: A number; by default one to which the default route leads.
  static func own(towards other: String = "192.0.2.1") -> String? {
    var hints = unsafe addrinfo()
    unsafe hints.ai_flags = AI_NUMERICHOST
    unsafe hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
    var found: UnsafeMutablePointer<addrinfo>?
    guard unsafe getaddrinfo(other, "9", &hints, &found) == 0, let target = unsafe found else { return nil }
    defer { unsafe freeaddrinfo(target) }
    let descriptor = unsafe socket(target.pointee.ai_family, Int32(SOCK_DGRAM.rawValue), 0)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    guard unsafe connect(descriptor, target.pointee.ai_addr, target.pointee.ai_addrlen) == 0 else { return nil }
    var name = sockaddr_storage()
    var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
    var text = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let isFound = unsafe withUnsafeMutablePointer(to: &name) { pointer in
      unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        unsafe getsockname(descriptor, address, &size) == 0
          && getnameinfo(address, size, &text, socklen_t(text.count), nil, 0, NI_NUMERICHOST) == 0
      }
    }
    guard isFound else { return nil }
    let number = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    return number.contains(":") ? "[\(number)]" : number
  }
}
