internal import Kernels

/// How a convolution and its gradients are computed.
public enum ConvolutionMethod: Hashable, Sendable, CustomStringConvertible {
  /// One product of matrices: what the window sees, laid out in columns where it is more than a pixel, times the
  /// weights.
  case product
  /// Winograd's: tiles of outputs share their multiplications (Lavin and Gray 2016).
  case winograd(Tile)

  /// The outputs that are computed together, and the kernel.
  public struct Tile: Hashable, Sendable {
    public let outputs: Window.Size
    public let kernel: Window.Size

    public init(outputs: Window.Size, kernel: Window.Size) {
      self.outputs = outputs
      self.kernel = kernel
    }

    /// The inputs that a tile reads.
    var inputs: Window.Size {
      Window.Size(outputs.height + kernel.height - 1, outputs.width + kernel.width - 1)
    }
    /// The products that a tile takes.
    var points: Int { inputs.height * inputs.width }

    /// The products of all tiles over some outputs.
    func products(over size: Window.Size) -> Int {
      let rows = (size.height + outputs.height - 1) / outputs.height
      let columns = (size.width + outputs.width - 1) / outputs.width
      return rows * columns * points
    }

    /// Along one direction where the kernel is 1 wide in the other.
    fileprivate init(_ outputs: Int, for kernel: Window.Size) {
      self.init(
        outputs: .init(kernel.height > 1 ? outputs : 1, kernel.width > 1 ? outputs : 1), kernel: kernel)
    }

    var raw: antiphon_tile {
      antiphon_tile(
        output_height: Int32(outputs.height), kernel_height: Int32(kernel.height),
        output_width: Int32(outputs.width), kernel_width: Int32(kernel.width))
    }
  }

  /// The tiles that there are kernels for, by the size of a convolution's kernel.
  public static func tiles(for kernel: Window.Size) -> [Tile] {
    let outputs: [Int] =
      switch (kernel.height, kernel.width) {
      case (3, 3): [2, 4, 6]
      case (1, 3), (3, 1): [2, 4]
      case (5, 5): [2, 4]
      case (1, 7), (7, 1): [4]
      default: []
      }
    return outputs.map { Tile($0, for: kernel) }
  }

  /// What is fastest for a window: a rule made from what was measured (`Benchmarks/run convolutions --all-methods`).
  ///
  /// Large tiles share more of their multiplications, but compute outputs beyond the border, of which small maps have
  /// many, round worse, and need more memory: so a larger tile must save an eighth. On maps of a tile or two, it is the
  /// transforms of the weights that take the time; and with few channels, those of the inputs.
  public static func fastest(for window: Window, filters: Int) -> ConvolutionMethod {
    guard window.stride == .init(1, 1), min(window.channels, filters) >= 8 else { return .product }
    let tiles = tiles(for: window.kernel)
    guard var best = tiles.first else { return .product }
    let isSmall = min(window.output.height, window.output.width) <= 4 && window.kernel.height == window.kernel.width
    for tile in isSmall ? [] : tiles.dropFirst()
    where tile.products(over: window.output) * 8 < best.products(over: window.output) * 7 {
      best = tile
    }
    return .winograd(best)
  }

  public var description: String {
    switch self {
    case .product: "product"
    case .winograd(let tile):
      "F(\(tile.outputs.height)x\(tile.outputs.width), \(tile.kernel.height)x\(tile.kernel.width))"
    }
  }
}
