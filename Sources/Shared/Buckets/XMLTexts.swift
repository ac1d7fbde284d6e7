/// The texts within each element of a name, in their order: `["a", "b"]` for `Key` in `<Key>a</Key><Key>b</Key>`.
///
/// The answers of object stores are flat, and what is read of them has no `&`, `<` or attributes: keys are asked for as URLs
/// write them.
func texts(of element: String, in xml: [UInt8]) -> [String] {
  String(decoding: xml, as: UTF8.self).split(separator: "<\(element)>", omittingEmptySubsequences: false).dropFirst()
    .map { rest in String(rest.firstRange(of: "</\(element)>").map { rest[..<$0.lowerBound] } ?? "") }
}
