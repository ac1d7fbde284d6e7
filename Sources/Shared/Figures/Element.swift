/// An element of an HTML page or of an SVG drawing. What is written is well-formed XML too, and every text in it is
/// escaped, here and nowhere else.
public struct Element: Equatable, Sendable, CustomStringConvertible {
  public enum Content: Equatable, Sendable {
    case text(String)
    case element(Element)
  }

  struct Attribute: Equatable, Sendable {
    let name: String
    let value: String
  }

  public let name: String
  private(set) var attributes: [Attribute]
  public private(set) var content: [Content]

  /// - Parameter attributes: Those that are `nil` are left out.
  public init(
    _ name: String, _ attributes: KeyValuePairs<String, String?> = [:],
    @ContentBuilder content: () -> [Content] = { [] }
  ) {
    self.name = name
    self.attributes = attributes.compactMap { name, value in value.map { Attribute(name: name, value: $0) } }
    self.content = content()
  }

  /// The same element with one more attribute.
  public func with(_ name: String, _ value: String) -> Element {
    var element = self
    element.attributes.append(Attribute(name: name, value: value))
    return element
  }

  /// The same element with something before its content.
  public func beginning(with first: Element) -> Element {
    var element = self
    element.content.insert(.element(first), at: 0)
    return element
  }

  public var description: String {
    var text = ""
    write(to: &text)
    return text
  }

  /// Those of HTML that cannot have content, and must not have an end tag.
  private static let void: Set = ["br", "img", "meta"]

  private func write(to text: inout String) {
    text += "<\(name)"
    for attribute in attributes {
      let value = Self.escaped(attribute.value).replacing("\"", with: "&quot;")
      text += " \(attribute.name)=\"\(value)\""
    }
    guard !Self.void.contains(name) else {
      text += "/>"
      return
    }
    text += ">"
    for part in content {
      switch part {
      case .text(let string): text += Self.escaped(string)
      case .element(let element): element.write(to: &text)
      }
    }
    text += "</\(name)>"
  }

  /// `>` and quotes stay where XML lets them, since HTML reads a style sheet as it is. What XML has no character for
  /// becomes U+FFFD.
  private static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result.append(contentsOf: "&amp;".unicodeScalars)
      case "<": result.append(contentsOf: "&lt;".unicodeScalars)
      case "\t", "\n", "\r", " "..."\u{FFFD}", "\u{10000}"...: result.append(scalar)
      default: result.append("\u{FFFD}")
      }
    }
    return String(result).replacing("]]>", with: "]]&gt;")
  }
}

/// Content as it is written in Swift: texts, elements, and lists of them, with `if` and `for`.
@resultBuilder public enum ContentBuilder {
  public static func buildExpression(_ text: String) -> [Element.Content] { [.text(text)] }
  public static func buildExpression(_ element: Element) -> [Element.Content] { [.element(element)] }
  public static func buildExpression(_ elements: [Element]) -> [Element.Content] { elements.map { .element($0) } }
  public static func buildExpression(_ content: [Element.Content]) -> [Element.Content] { content }
  public static func buildBlock(_ parts: [Element.Content]...) -> [Element.Content] { Array(parts.joined()) }
  public static func buildOptional(_ part: [Element.Content]?) -> [Element.Content] { part ?? [] }
  public static func buildEither(first part: [Element.Content]) -> [Element.Content] { part }
  public static func buildEither(second part: [Element.Content]) -> [Element.Content] { part }
  public static func buildArray(_ parts: [[Element.Content]]) -> [Element.Content] { Array(parts.joined()) }
}
