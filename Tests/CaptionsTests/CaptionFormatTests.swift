import Captions
import Foundation
import Testing

@Suite struct `Captions as text` {
  private let events = [
    SoundEvent(label: 0, begin: 0, end: 1.2345, score: 0.5),
    SoundEvent(label: 1, begin: 3725.9996, end: 3726.5, score: 1),
  ]
  private let names = ["Dog", "Rock & <i>roll</i>\n\n--> \"loud\""]

  @Test func `are WebVTT`() {
    #expect(
      CaptionFormat.vtt.text(events, names: names, seconds: 3727.00049) == """
        WEBVTT

        1
        00:00:00.000 --> 00:00:01.235 line:0 position:0% align:start
        [Dog]

        2
        01:02:06.000 --> 01:02:06.500 line:0 position:0% align:start
        [Rock &amp; &lt;i&gt;roll&lt;/i&gt; --&gt; "loud"]

        """)
  }

  @Test func `are SubRip`() {
    #expect(
      CaptionFormat.srt.text(events, names: names, seconds: 3727.00049) == """
        1
        00:00:00,000 --> 00:00:01,235
        [Dog]

        2
        01:02:06,000 --> 01:02:06,500
        [Rock & <i>roll</i> --> "loud"]

        """)
  }

  @Test func `are JSON`() throws {
    let json = CaptionFormat.json.text(events, names: names, seconds: 3727.00049)
    let object = try #require(try JSONSerialization.jsonObject(with: Data(json.utf8)) as? [String: Any])
    let captions = try #require(object["captions"] as? [[String: Any]])
    #expect(captions.compactMap { $0["label"] as? String } == names)
    #expect(captions.compactMap { $0["end_seconds"] as? Double } == [1.235, 3726.5])
    #expect(object["duration_seconds"] as? Double == 3727)
  }

  @Test(arguments: CaptionFormat.allCases)
  func `of silence are whole, too`(format: CaptionFormat) {
    let text = format.text([], names: [], seconds: nil)
    #expect(format == .srt ? text.isEmpty : text.hasSuffix("\n"))
  }
}
