internal import Foundation

/// AudioSet's ontology (`ontology.json`): what each sound event is a kind of. A node may have several parents.
public struct Ontology: Sendable {
  private struct Node: Decodable {
    let id: String
    let childIds: [String]
  }

  /// The identifiers of the nodes of which one is a child.
  private var parents: [String: [String]] = [:]

  /// Reads an array of objects with `id` and `child_ids`; what else they say is not needed here.
  public init(reading path: String) throws(DatasetError) {
    let data = try reading(path) { try Data(contentsOf: URL(filePath: path)) }
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let nodes = try? decoder.decode([Node].self, from: data), !nodes.isEmpty else {
      throw .invalid(path: path, reason: "expected AudioSet's ontology, an array of objects with id and child_ids")
    }
    for node in nodes { for child in node.childIds { parents[child, default: []].append(node.id) } }
  }

  /// All that a node is a kind of, directly or not, by its identifier.
  public func ancestors(of identifier: String) -> Set<String> {
    var found: Set<String> = []
    var waiting = parents[identifier] ?? []
    while let next = waiting.popLast() {
      if found.insert(next).inserted { waiting += parents[next] ?? [] }
    }
    return found
  }
}

extension Vocabulary {
  /// For each label, itself and those of the vocabulary that it is a kind of, ascending.
  func withAncestors(in ontology: Ontology?) -> [[Int]] {
    labels.map { label in
      let ancestors = ontology?.ancestors(of: label.identifier) ?? []
      return Set([label.index] + ancestors.compactMap(index(of:))).sorted()
    }
  }
}
