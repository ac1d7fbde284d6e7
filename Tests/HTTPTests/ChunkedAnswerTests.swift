import Testing

@testable import HTTP

@Suite struct `Answers for those who know no chunks` {
  private func taken(_ text: String, by count: Int) throws -> String {
    var answer = ChunkedAnswer()
    let bytes = Array(text.utf8)
    let taken = try stride(from: 0, to: bytes.count, by: count).flatMap { first in
      try answer.take(Array(bytes[first..<min(first + count, bytes.count)]))
    }
    return String(decoding: taken, as: UTF8.self)
  }

  @Test(arguments: [1, 2, 3, 7, 1_000]) func `have none, wherever they are cut`(_ count: Int) throws {
    let chunked =
      "HTTP/1.1 200 OK\r\nA: b\r\nTransfer-Encoding: chunked\r\nX: y\r\n\r\n3\r\na\r\n\r\n0C\r\nhello, world\r\n0\r\n\r\n"
    #expect(try taken(chunked, by: count) == "HTTP/1.1 200 OK\r\nA: b\r\nX: y\r\n\r\na\r\nhello, world")
    let whole = "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\n3\r\nab"
    #expect(try taken(whole, by: count) == whole, "it has none")
  }
}
