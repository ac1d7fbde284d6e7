import Foundation
import Parameters
import Tensors
import Testing

@Suite struct `How gradients travel` {
  @Test(arguments: ["float32", "bfloat16", "float16", "one-bit", "top:0.01", "top:0.5", "top:1e-06"])
  func `is read and written alike`(text: String) throws {
    let format = try GradientFormat(parsing: text)
    #expect("\(format)" == text)
    var settings = RunSettings.sample()
    settings.gradientFormat = format
    settings.weightFormat = .float16
    #expect(try JSONDecoder().decode(RunSettings.self, from: JSONEncoder().encode(settings)) == settings)
  }

  @Test(arguments: [
    "", "float", "Float32", "top", "top:", "top:0", "top:-0.1", "top:0.51", "top:1", "top:nan", "top:inf", "top:0.1:2",
    ":0.1", "one-bit:2", "float16 ",
  ])
  func `is refused in one line that repeats it`(text: String) {
    let error = #expect(throws: SettingsError.self) { try GradientFormat(parsing: text) }
    #expect(error?.description.hasPrefix("expected gradients as ") == true)
    #expect(error?.description.hasSuffix("not as '\(text)'") == true)
    let other = #expect(throws: SettingsError.self) { try ValueFormat(parsing: text) }
    #expect(other?.description == "expected values as float32, bfloat16 or float16, not as '\(text)'")
  }

  @Test func `is as they are in memory, in a run that was begun before there was a choice`() throws {
    let settings = RunSettings.sample()
    var fields = try #require(
      JSONSerialization.jsonObject(with: JSONEncoder().encode(settings)) as? [String: Any])
    #expect(fields.removeValue(forKey: "weightFormat") as? String == "float32")
    #expect(fields.removeValue(forKey: "gradientFormat") as? String == "float32")
    let data = try JSONSerialization.data(withJSONObject: fields)
    #expect(try JSONDecoder().decode(RunSettings.self, from: data) == settings)
  }

  @Test(arguments: [("weightFormat", "one-bit"), ("weightFormat", "top:0.1"), ("gradientFormat", "top:2")])
  func `that no run can have is refused`(key: String, value: String) throws {
    let text = String(decoding: try JSONEncoder().encode(RunSettings.sample()), as: UTF8.self)
    let changed = Data(text.replacing("\"\(key)\":\"float32\"", with: "\"\(key)\":\"\(value)\"").utf8)
    #expect(throws: SettingsError.self) { try JSONDecoder().decode(RunSettings.self, from: changed) }
  }

  @Test(arguments: [
    ("float32", [4, 400, 4000]), ("bfloat16", [2, 200, 2000]), ("float16", [2, 200, 2000]),
    ("top:0.01", [8, 8, 80]), ("top:0.013", [8, 16, 104]), ("one-bit", [9, 21, 141]),
  ])
  func `takes so many bytes for 1, 100 and 1000 values`(text: String, bytes: [Int]) throws {
    let format = try GradientFormat(parsing: text)
    #expect([1, 100, 1000].map(format.byteCount) == bytes)
    #expect(format.format(of: .weight) == format && format.format(of: .statistic) == .each(.float32))
  }
}

@Suite struct `What is left of gradients` {
  private let manifest = Manifest(
    [
      .init(name: "w", shape: [6, 100], kind: .weight), .init(name: "mean", shape: [100], kind: .statistic),
    ], chunkValues: 300)

  /// What a reader has after a chunk's next gradient.
  private func sent(_ values: [Float], ofChunk chunk: Int, by writer: inout GradientWriter) throws -> [Float] {
    let format = writer.format(ofChunk: chunk)
    var bytes = [UInt8](repeating: 0xa5, count: format.byteCount(of: values.count))
    var span = bytes.mutableSpan
    var raw = span.mutableBytes
    writer.write(values.span, ofChunk: chunk, into: &raw)
    let read = format.read(bytes.span.bytes, count: values.count)
    return try #require(read).array
  }

  /// Two chunks whose gradients come in turn, and must not be mixed up.
  @Test(arguments: ["one-bit", "top:0.02"])
  func `and what was sent make their sum, chunk by chunk`(text: String) throws {
    var writer = GradientWriter(try GradientFormat(parsing: text), manifest: manifest)
    var generator = SeededGenerator(seed: 3)
    var sums = [[Double]](repeating: [Double](repeating: 0, count: 300), count: 2)
    var arrived = sums
    for _ in 0..<40 {
      for chunk in 0..<2 {
        let values = generator.normal(300, deviation: chunk == 0 ? 1 : 1000)
        for (index, value) in try sent(values, ofChunk: chunk, by: &writer).enumerated() {
          arrived[chunk][index] += Double(value)
          sums[chunk][index] += Double(values[index])
        }
      }
    }
    for chunk in 0..<2 {
      let left = try #require(writer.left(ofChunk: chunk)).array
      let tolerance = chunk == 0 ? 1e-4 : 0.1
      let wrong = (0..<300).filter { abs(arrived[chunk][$0] + Double(left[$0]) - sums[chunk][$0]) > tolerance }
      #expect(wrong.count == 0)
      #expect(left.filter { $0 != 0 }.count > 200)
    }
  }

  /// Rounded values are right on average: nothing is kept of them, nor of statistics.
  @Test func `is nothing where each value is sent`() throws {
    var writer = GradientWriter(.each(.bfloat16), manifest: manifest)
    let values = (0..<300).map { Float($0 % 200) }
    #expect(try sent(values, ofChunk: 0, by: &writer) == values)
    #expect(writer.left(ofChunk: 0) == nil)
    #expect(GradientWriter(.oneBit, manifest: manifest).format(ofChunk: 2) == .each(.float32))
  }
}

extension Tensor {
  fileprivate var array: [Float] { values.indices.map { values[$0] } }
}
