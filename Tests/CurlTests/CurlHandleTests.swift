import Foundation
import Glibc
import Testing

@testable import Curl

@Suite struct `A request by libcurl` {
  private final class Judge: CurlReceiver, CurlWatcher {
    var (allows, goesOnFor) = (true, Int.max)
    var body: [UInt8] = []
    private(set) var connections = 0

    func take(_ bytes: UnsafeRawBufferPointer, of head: CurlHead) -> Bool {
      body += bytes
      return true
    }

    func mayConnect(to address: UnsafeRawPointer) -> Bool {
      connections += 1
      return allows
    }

    func goesOn() -> Bool {
      goesOnFor -= 1
      return goesOnFor >= 0
    }
  }

  /// Gives a test a socket on loopback that waits for connections, and its port.
  private func withListener(_ body: (Int32, UInt16) throws -> Void) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_NONBLOCK.rawValue), 0)
    defer { close(listener) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let isListening = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(listener, $0, length) == 0 && listen(listener, 16) == 0 && getsockname(listener, $0, &length) == 0
      }
    }
    try #require(isListening)
    try body(listener, UInt16(bigEndian: address.sin_port))
  }

  private func ask(_ port: UInt16, _ judge: Judge) -> CurlAnswer {
    let handle = CurlHandle()
    handle.set(.url, "http://127.0.0.1:\(port)/")
    handle.set(.proxy, "")
    handle.set(.seconds, 20)
    return handle.ask(watcher: judge, into: judge)
  }

  @Test func `connects to nobody whom its watcher does not allow`() throws {
    try withListener { listener, port in
      let judge = Judge()
      judge.allows = false
      let answer = ask(port, judge)
      #expect(answer.failure != nil && answer.head.status == 0 && judge.connections > 0)
      #expect(accept(listener, nil, nil) == -1 && errno == EAGAIN, "nobody has come")
    }
  }

  @Test func `ends when its watcher says so`() throws {
    try withListener { listener, port in
      let judge = Judge()
      judge.goesOnFor = 3
      let answer = ask(port, judge)
      #expect(answer.failure != nil && !answer.isTooSlow && answer.head.status == 0)
      let line = accept(listener, nil, nil)
      #expect(line >= 0, "it had come")
      close(line)
    }
  }

  @Test func `has the head of the last answer, by names in small letters`() {
    var head = CurlHead()
    for line in ["HTTP/1.1 100 Continue\r\n", "Early: x\r\n", "\r\n", "HTTP/1.1 201 Created\r\n", "ETag:  \"a:b\"\r\n"]
    {
      head.take(line)
    }
    #expect(head.status == 201 && head.headers == ["etag": "\"a:b\""])
    head.take("HTTP/1.1 nothing")
    #expect(head.status == 0 && head.headers.isEmpty)
  }

  @Test func `goes to an address whose parts are those that were told`() throws {
    let address = try #require(CurlAddress("http://name:word@[2001:DB8::1]:80/a/../b?c#d"))
    #expect(address.scheme == "http" && address.host.lowercased() == "[2001:db8::1]")
    #expect(!address.whole.contains("#"))
    #expect(CurlAddress("../c", from: "http://host/a/b")?.whole == "http://host/c")
    for text in ["", "http://", "http://a\0b/", "http://host:99999/"] { #expect(CurlAddress(text) == nil, "\(text)") }
  }
}
