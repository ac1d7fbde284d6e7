import Figures

extension Element {
  /// A table with a head.
  ///
  /// - Parameter words: How many of the columns, the first ones, are of words; the others are of numbers.
  static func table(_ head: [String], words: Int = 1, _ rows: [[String]]) -> Element {
    func cells(_ name: String, _ row: [String]) -> Element {
      Element("tr") {
        for (column, text) in row.enumerated() {
          Element(name, ["class": column < words ? nil : "number"]) { text }
        }
      }
    }
    return Element("div", ["class": "scroll"]) {
      Element("table") {
        Element("thead") { cells("th", head) }
        Element("tbody") { for row in rows { cells("td", row) } }
      }
    }
  }

  /// A number and what it is.
  static func tile(_ value: String, _ about: String) -> Element {
    Element("div", ["class": "tile"]) {
      Element("strong") { value }
      Element("span") { about }
    }
  }

  static func section(
    _ title: String, _ about: String? = nil, @ContentBuilder content: () -> [Content]
  ) -> Element {
    Element("section") {
      Element("h2") { title }
      if let about { Element("p", ["class": "quiet"]) { about } }
      content()
    }
  }

  /// What is shown only where somebody wants it, and on paper.
  static func details(_ title: String, isOpen: Bool = false, @ContentBuilder content: () -> [Content]) -> Element {
    Element("details", ["class": "card", "open": isOpen ? "open" : nil]) {
      Element("summary") { title }
      content()
    }
  }
}
