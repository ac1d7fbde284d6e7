internal import Foundation
internal import Glibc
internal import Records

/// A file of curves and histograms that TensorBoard reads: TFRecords of `tensorflow.Event`
/// (tensorboard/compat/proto/event.proto and summary.proto).
///
/// Each event is written at once. A process begins a file of its own; TensorBoard shows all files of a folder as one run,
/// and forgets what an earlier file says of steps that the new one goes back behind.
public struct EventFile: ~Copyable {
  /// What is told of a step.
  public enum Value: Sendable {
    case number(Double)
    case histogram(ValueHistogram)
  }

  private let file: FileHandle
  private let path: String

  /// Creates a file in a folder, which is made where it is not there.
  ///
  /// - Parameter step: From which step on the file tells.
  public init(in folder: String, from step: Int) throws(RunRecordError) {
    let now = Date().timeIntervalSince1970
    let path = "\(folder)/events.out.tfevents.\(Int(now)).\(ProcessInfo.processInfo.hostName).\(getpid())"
    let version = Self.record { event in
      event.double(1, now)
      event.field(3, "brain.Event:2".utf8)
    }
    let start = Self.record { event in
      event.double(1, now)
      event.number(2, UInt64(step))
      event.message(7) { $0.number(1, 1) }  // a session starts: what was told of later steps is void
    }
    file = try Self.open(path, in: folder, writing: version + start)
    self.path = path
  }

  private static func open(
    _ path: String, in folder: String, writing bytes: [UInt8]
  ) throws(RunRecordError) -> FileHandle {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
      if !FileManager.default.fileExists(atPath: path) { try Data().write(to: URL(filePath: path)) }
      let file = try FileHandle(forWritingTo: URL(filePath: path))
      try file.seekToEnd()
      try file.write(contentsOf: bytes)
      return file
    } catch { throw RunRecordError("cannot write \(path): \(error.localizedDescription)") }
  }

  /// Tells values of a step, each by its tag.
  public func append(_ values: [(tag: String, value: Value)], step: Int, unixSeconds: Double) throws(RunRecordError) {
    let record = Self.record { event in
      event.double(1, unixSeconds)
      event.number(2, UInt64(step))
      event.message(5) { summary in
        for (tag, value) in values {
          summary.message(1) { item in
            item.field(1, tag.utf8)
            item.write(value)
          }
        }
      }
    }
    do {
      try file.write(contentsOf: record)
    } catch { throw RunRecordError("cannot write \(path): \(error)") }
  }

  private static func record(_ body: (inout ProtobufWriter) -> Void) -> [UInt8] {
    var event = ProtobufWriter()
    body(&event)
    return TFRecordFrame.record(event.bytes)
  }
}

extension ProtobufWriter {
  fileprivate mutating func write(_ value: EventFile.Value) {
    switch value {
    case .number(let number): float(2, Float(number))
    case .histogram(let histogram):
      message(5) { proto in
        proto.double(1, histogram.count > 0 ? histogram.least : 0)
        proto.double(2, histogram.count > 0 ? histogram.largest : 0)
        proto.double(3, Double(histogram.count))
        proto.double(4, histogram.sum)
        proto.double(5, histogram.sumOfSquares)
        let buckets = histogram.buckets
        proto.packed(6, buckets.map(\.limit))
        proto.packed(7, buckets.map { Double($0.count) })
      }
    }
  }

  private mutating func packed(_ field: Int, _ values: [Double]) {
    var numbers = ProtobufWriter()
    for value in values { numbers.fixed64(value.bitPattern) }
    self.field(field, numbers.bytes)
  }
}
