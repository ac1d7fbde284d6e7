import Media
import Testing

@Suite struct `Addresses of the Internet` {
  @Test(arguments: [
    "1.1.1.1", "9.9.9.9", "100.63.255.255", "100.128.0.0", "172.15.255.255", "172.32.0.0", "169.253.0.1", "192.167.1.1",
    "223.255.255.255", "2606:4700:4700::1111", "2a00:1450:4001:80b::200e", "::ffff:8.8.8.8",
  ])
  func `that all reach are public`(_ text: String) throws {
    #expect(try #require(InternetAddress(text)).isPublic)
  }

  @Test(arguments: [
    "0.0.0.0", "10.1.2.3", "100.64.0.1", "100.127.255.255", "127.0.0.1", "127.255.255.254", "169.254.169.254",
    "172.16.0.1", "172.31.255.255", "192.0.0.8", "192.0.2.1", "192.88.99.1", "192.168.0.1", "198.18.0.1",
    "198.19.255.1",
    "198.51.100.7", "203.0.113.9", "224.0.0.1", "239.1.1.1", "255.255.255.255", "::", "::1", "fe80::1", "fc00::1",
    "fd12:3456::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "64:ff9b::7f00:1", "2001::1",
    "2001:db8::1", "2002:7f00:1::", "3fff::1",
  ])
  func `that are of this machine, its network, or for something special are not`(_ text: String) throws {
    #expect(try !#require(InternetAddress(text)).isPublic)
  }

  @Test(arguments: ["", "localhost", "1.2.3", "1.2.3.4.5", "256.1.1.1", "::1::", "1.2.3.4/8"])
  func `are numbers`(_ text: String) {
    #expect(InternetAddress(text) == nil)
  }

  @Test(arguments: ["192.0.2.1", "2001:db8::1", "::ffff:127.0.0.1"])
  func `read as they are written`(_ text: String) {
    #expect(InternetAddress(text)?.description == text)
  }
}
