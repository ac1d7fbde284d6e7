import Figures
import Foundation
import FoundationXML
import Testing

@Suite struct `An element` {
  static let texts = [
    "plain", #"<script>alert("&amp;")</script>"#, "a & b < c > d \"e\" 'f'", "Ärger 🎻 한글", "tab\tand\nline",
    "\u{0}bell\u{7}\u{FFFE}", "]]>", "",
  ]

  @Test(arguments: texts) func `is read by an XML parser as it was meant`(_ text: String) throws {
    let element = Element("p", ["title": text, "lang": nil]) { Element("b") { text } }
    let read = try ReadElement(parsing: "\(element)")
    let legal = text.replacing(/[\u{0}\u{7}\u{FFFE}]/, with: "\u{FFFD}")
    #expect(read.text == legal)
    #expect(read.attributes.keys.sorted() == ["title"])
    // An attribute's blanks are all read as the plain one.
    #expect(read.attributes["title"] == legal.replacing(/[\t\n]/, with: " "))
  }

  @Test func `has content as it is written in Swift`() {
    let names = ["a", "b"]
    let list = Element("ul") {
      for name in names { Element("li") { name } }
      if names.isEmpty { "none" }
      Element("br")
    }
    #expect("\(list)" == "<ul><li>a</li><li>b</li><br/></ul>")
    #expect("\(Element("p"))" == "<p></p>", "HTML has no short form of it")
  }
}

/// What an XML parser finds in a text: the outermost element's attributes, all text, how often there is which element.
final class ReadElement: NSObject, XMLParserDelegate {
  private(set) var attributes: [String: String] = [:]
  private(set) var text = ""
  private(set) var elements: [(name: String, attributes: [String: String])] = []

  init(parsing xml: String) throws {
    super.init()
    let parser = XMLParser(data: Data(xml.utf8))
    parser.delegate = self
    let isRead = parser.parse()
    attributes = elements.first?.attributes ?? [:]
    try #require(isRead, "\(parser.parserError.map { "\($0)" } ?? "") in \(xml.prefix(400))")
  }

  func parser(
    _ parser: XMLParser, didStartElement name: String, namespaceURI: String?, qualifiedName: String?,
    attributes: [String: String]
  ) {
    elements.append((name, attributes))
  }

  func parser(_ parser: XMLParser, foundCharacters string: String) { text += string }
}
