import Captions
import Testing

private let ontology = """
  [{"id": "a", "name": "Animal", "child_ids": ["p"]}, {"id": "p", "name": "Pets", "child_ids": ["d", "c", "a"]},
   {"id": "d", "name": "Dog", "child_ids": ["b"]}, {"id": "c", "name": "Cat", "child_ids": []},
   {"id": "b", "name": "Bark", "child_ids": []}]
  """

@Suite struct `A tree of labels` {
  // "Pets" is no label; Animal is known by its name, the others by their identifiers.
  private let labels = ["Animal": 0, "d": 1, "c": 2, "b": 3]

  private func left(of events: [(Int, Double, Double)], shortest: Double = 0.5) throws -> [[Double]] {
    let tree = try LabelTree(ontology: Array(ontology.utf8), labels: labels)
    let events = events.map { SoundEvent(label: $0, begin: $1, end: $2, score: 1) }
    return tree.withoutParents(events, shortest: shortest).map { [Double($0.label), $0.begin, $0.end] }
  }

  @Test func `has no parent shown beside its child`() throws {
    #expect(try left(of: [(0, 0, 10), (1, 0, 10)]) == [[1, 0, 10]])
    #expect(try left(of: [(0, 0, 10), (3, 2, 4), (2, 3, 6)]) == [[0, 0, 2], [3, 2, 4], [2, 3, 6], [0, 6, 10]])
    #expect(try left(of: [(1, 0, 5), (3, 0.2, 4)]) == [[3, 0.2, 4], [1, 4, 5]], "what is left and too short goes")
  }

  @Test func `has the kinds of a label, near and far, beside it`() throws {
    let tree = try LabelTree(ontology: Array(ontology.utf8), labels: labels)
    #expect(tree.withKinds(of: [1]) == [1, 3])
    #expect(tree.withKinds(of: [0]) == [0, 1, 2, 3])
    #expect(tree.withKinds(of: [2]) == [2] && tree.withKinds(of: []).isEmpty)
    #expect(LabelTree().withKinds(of: [0]) == [0])
  }

  @Test func `leaves alone what is no kind of one another, or at another time`() throws {
    #expect(try left(of: [(1, 0, 5), (2, 0, 5)]) == [[1, 0, 5], [2, 0, 5]])
    #expect(try left(of: [(0, 0, 5), (1, 5, 9)]) == [[0, 0, 5], [1, 5, 9]])
    #expect(LabelTree().withoutParents([SoundEvent(label: 0, begin: 0, end: 1, score: 1)], shortest: 2).count == 1)
  }

  @Test(arguments: ["", "{}", "[1]", #"[{"id": "a"}]"#])
  func `is of an ontology and nothing else`(json: String) {
    #expect(throws: CaptionError.self) { try LabelTree(ontology: Array(json.utf8), labels: [:]) }
  }
}
