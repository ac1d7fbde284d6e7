import Testing

@testable import Tensors

@Suite struct `A tensor` {
  @Test func `that is changed leaves its copies as they were`() {
    let original = Tensor.random([3, 5], seed: 1)
    let before = original.array
    typealias Change = (inout Tensor) -> Void
    let changes: [Change] = [
      { $0.setAll(to: 9) }, { $0.add(Tensor([3, 5], values: [Float](repeating: 1, count: 15))) },
      { $0.addToRows(Tensor([5], values: [1, 2, 3, 4, 5])) }, { $0.scale(by: 2) },
      { $0.multiply(Tensor([3, 2]).matrix, Tensor([2, 5]).matrix) }, { $0.replace(from: 7, with: [9].span) },
    ]
    for change in changes {
      var copy = original.reshaped([5, 3]).reshaped([3, 5])
      change(&copy)
      #expect(copy.array != before)
      #expect(original.array == before)
    }
  }

  @Test func `may be a factor of the product that replaces it`() {
    var square = Tensor([2, 2], values: [1, 2, 3, 4])
    square.multiply(square.matrix, square.matrix)
    #expect(square.array == [7, 10, 15, 22])
  }

  @Test func `takes values over those from a position on, and keeps the others`() {
    var x = Tensor([2, 3], values: [1, 2, 3, 4, 5, 6])
    x.replace(from: 2, with: [7, 8].span)
    x.replace(from: 5, with: [9].span)
    x.replace(from: 6, with: [Float]().span)
    #expect(x.array == [1, 2, 7, 8, 5, 9])
    x.replace(from: 0, with: Tensor([6]).values)
    #expect(x.array == [0, 0, 0, 0, 0, 0])
  }

  @Test func `that values reach beyond is our own mistake`() async {
    await #expect(processExitsWith: .failure) {
      var x = Tensor([3])
      x.replace(from: 2, with: [1, 2].span)
    }
  }

  @Test func `keeps its values in another shape`() {
    let x = Tensor.random([2, 6], seed: 1)
    #expect(x.reshaped([3, 2, 2]).array == x.array)
    #expect(x.reshaped([3, 2, 2]).shape == [3, 2, 2])
    #expect(Tensor([]).count == 1)
    #expect(Tensor([0, 3]).array == [])
  }

  @Test func `begins with zeros, even in memory that was used before`() {
    for _ in 0..<3 {
      var x = Tensor([500_009])
      #expect(x.array.allSatisfy { $0 == 0 })
      x.setAll(to: 1)
    }
  }

  @Test func `of values that do not fill its shape is our own mistake`() async {
    await #expect(processExitsWith: .failure) { _ = Tensor([2, 3], values: [1]) }
    await #expect(processExitsWith: .failure) { _ = Tensor([2, 3]).reshaped([5]) }
    await #expect(processExitsWith: .failure) { _ = Tensor([-1]) }
  }
}

@Suite struct `The memory of tensors` {
  @Test func `that is freed is taken again, so a steady state asks for none`() {
    var bases: Set<Int> = []
    for _ in 0..<10 {
      let x = Tensor(uninitialized: [700_001])  // a size that no other test has
      let y = Tensor(uninitialized: [700_001])
      for tensor in [x, y] { tensor.withPointer { _ = bases.insert(Int(bitPattern: $0.base)) } }
    }
    #expect(bases.count == 2)
  }

  @Test func `is large enough, aligned, and never in two hands`() {
    var taken: [Memory.Block] = []
    for count in [0, 1, 64, 65, 1024, 1025, 1999, 2048, 2049, 100_000, 524_289, 600_000] {
      let block = Memory.take(count)
      #expect(block.capacity >= count)
      #expect(block.capacity < 2 * max(64, count + count / 8 + 64))
      #expect(Int(bitPattern: block.base) % 64 == 0)
      taken.append(block)
    }
    #expect(Set(taken.map(\.base)).count == taken.count)
    for block in taken { Memory.give(block) }
  }
}

extension Tensor {
  fileprivate mutating func setAll(to value: Float) {
    var values = mutableValues
    for index in values.indices { values[index] = value }
  }
}
