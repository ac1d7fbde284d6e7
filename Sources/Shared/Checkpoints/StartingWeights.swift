public import Parameters
internal import Tensors

/// The values with which a new run begins where it is not to begin from nothing: a checkpoint's, or those of a safetensors
/// file from elsewhere. Tensors are taken that have the name and the shape of one of the model's, so that a network can be
/// trained further for other labels.
public struct StartingWeights: Sendable {
  /// For people: the folder of the checkpoint, or the file.
  public let path: String
  private let source: Source
  private let shapes: [String: [Int]]
  /// The one that was read last: its chunks are asked for one after the other.
  private var last: (tensor: Int, values: Tensor)?

  private enum Source: Sendable {
    case checkpoint(Checkpoint)
    case file(SafetensorsFile)
  }

  /// - Parameter path: The folder of a checkpoint (`…/step-00000120`), or a safetensors file.
  public init(_ path: String) throws(CheckpointError) {
    let parts = path.split(separator: "/", omittingEmptySubsequences: true)
    guard let name = parts.last.flatMap({ CheckpointName(String($0)) }) else {
      self.init(try SafetensorsFile(path), path: path)
      return
    }
    let parent = (path.hasPrefix("/") ? "/" : "") + parts.dropLast().joined(separator: "/")
    self.init(try CheckpointStore(folder: parent.isEmpty ? "." : parent).open(name))
  }

  private init(_ file: SafetensorsFile, path: String) {
    self.path = path
    source = .file(file)
    shapes = file.shapes
  }

  /// - Parameter checkpoint: One that is open, wherever it is.
  public init(_ checkpoint: Checkpoint) {
    path = checkpoint.path
    source = .checkpoint(checkpoint)
    shapes = Dictionary(checkpoint.manifest.tensors.map { ($0.name, $0.shape) }) { first, _ in first }
  }

  /// The tensors of a model that begin anew: those that are not here, or have another shape.
  public func missing(from model: Manifest) -> [Manifest.Entry] {
    model.entries.filter { shapes[$0.name] != $0.shape }
  }

  /// What a chunk begins with; `nil` where its tensor is not here.
  ///
  /// - Parameter slots: The number of tensors that the optimizer keeps beside a weight: they are zero.
  public mutating func state(of chunk: Chunk, in model: Manifest, slots: Int) throws(CheckpointError) -> ChunkState? {
    let entry = model.entries[chunk.tensor]
    guard shapes[entry.name] == entry.shape else { return nil }
    if last?.tensor != chunk.tensor { last = (chunk.tensor, try values(of: entry.name)) }
    let first = chunk.rows.lowerBound * chunk.rowLength
    var values = Tensor(uninitialized: [chunk.count])
    values.replace(from: 0, with: last!.values.values.extracting(first..<first + chunk.count))
    let kept = entry.kind == .weight ? slots : 0
    return ChunkState(values: values, slots: (0..<kept).map { _ in Tensor([chunk.count]) })
  }

  private func values(of name: String) throws(CheckpointError) -> Tensor {
    switch source {
    case .checkpoint(let checkpoint): try checkpoint.values(ofTensor: name)
    case .file(let file): try file.values(of: name)
    }
  }

  /// Reads all of a checkpoint and checks it; a file from elsewhere has no checksums.
  public func check() throws(CheckpointError) {
    if case .checkpoint(let checkpoint) = source { try checkpoint.checkAll() }
  }
}
