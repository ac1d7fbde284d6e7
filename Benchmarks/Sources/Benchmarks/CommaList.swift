import ArgumentParser

/// What is written with commas between, without repetitions: `32,128`.
struct CommaList<Element: LosslessStringConvertible & Hashable & Sendable>: ExpressibleByArgument {
  let elements: [Element]

  init(_ elements: Element...) {
    self.elements = elements
  }

  init?(argument: String) {
    let parts = argument.split(separator: ",", omittingEmptySubsequences: false)
    elements = parts.compactMap { Element(String($0)) }
    guard elements.count == parts.count, Set(elements).count == elements.count else { return nil }
  }

  var defaultValueDescription: String { elements.map(\.description).joined(separator: ",") }
}
