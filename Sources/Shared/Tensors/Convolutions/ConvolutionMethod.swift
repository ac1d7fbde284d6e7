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

  /// What is fastest for a window: a table of what was measured (`Benchmarks/run convolutions`).
  ///
  /// Large tiles save multiplications, but waste those beyond the border, of which small maps have many; and with few
  /// channels, their transforms cost more than is saved.
  public static func fastest(for window: Window, filters: Int) -> ConvolutionMethod {
    guard window.stride == .init(1, 1), min(window.channels, filters) >= 8 else { return .product }
    let isSmall = min(window.output.height, window.output.width) <= 4
    let outputs: Int? =
      switch (window.kernel.height, window.kernel.width) {
      case (3, 3): isSmall ? 2 : 4
      case (1, 3), (3, 1): 2
      case (5, 5): isSmall ? 2 : 4
      case (1, 7), (7, 1): 4
      default: nil
      }
    return outputs.map { .winograd(Tile($0, for: window.kernel)) } ?? .product
  }

  public var description: String {
    switch self {
    case .product: "product"
    case .winograd(let tile):
      "F(\(tile.outputs.height)x\(tile.outputs.width), \(tile.kernel.height)x\(tile.kernel.width))"
    }
  }
}
