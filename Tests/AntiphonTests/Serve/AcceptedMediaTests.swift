import Testing

@testable import Antiphon

@Suite struct `What somebody would like to be answered with` {
  @Test(arguments: [
    ("text/vtt", "text/vtt"), ("text/vtt;q=0.1, application/json", "application/json"),
    ("application/json;q=0.5, TEXT/VTT; charset=utf-8; q=0.9", "text/vtt"), ("*/*", "application/json"),
    ("text/html, */*;q=0.1", "application/json"), ("text/*", "text/vtt"), ("text/vtt, application/json", "text/vtt"),
    ("text/event-stream", "text/event-stream"), ("text/html", nil), ("text/vtt;q=0", nil), ("", nil), (";,", nil),
    ("*/*, application/json;q=0", "text/vtt"), ("text/*;q=0.9, text/vtt;q=0.1", "text/event-stream"),
    ("text/vtt;q=0.1, */*;q=0.5", "application/json"), ("text/*, text/vtt;q=0, text/event-stream;q=0", nil),
  ])
  func `is what weighs most`(_ header: String, _ expected: String?) {
    let offered = ["application/json", "text/vtt", "text/event-stream"]
    #expect(AcceptedMedia(header).best(of: offered) == expected)
  }
}
