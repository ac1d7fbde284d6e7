internal import FlyingSocks

/// What a page is told while it is shown (HTML Standard, section 9.2).
public struct ServerSentEvent: Sendable {
  public let name: String
  public let data: String

  /// - Parameters:
  ///   - name: What the page listens to.
  ///   - data: One line.
  public init(_ name: String, data: String) {
    self.name = name
    self.data = data
  }

  var bytes: [UInt8] { Array("event: \(name)\ndata: \(data)\n\n".utf8) }
}

/// The bytes of events, which leave as soon as there are some.
struct ServerSentBytes: AsyncBufferedSequence {
  typealias Element = UInt8

  let events: AsyncStream<ServerSentEvent>

  func makeAsyncIterator() -> Iterator { Iterator(events: events.makeAsyncIterator()) }

  struct Iterator: AsyncBufferedIteratorProtocol {
    var events: AsyncStream<ServerSentEvent>.Iterator
    private var left: ArraySlice<UInt8> = []

    init(events: AsyncStream<ServerSentEvent>.Iterator) { self.events = events }

    mutating func next() async -> UInt8? { await nextBuffer(suggested: 1)?.first }

    mutating func nextBuffer(suggested count: Int) async -> ArraySlice<UInt8>? {
      if left.isEmpty {
        guard let event = await events.next() else { return nil }
        left = event.bytes[...]
      }
      defer { left = left.dropFirst(count) }
      return left.prefix(count)
    }
  }
}
