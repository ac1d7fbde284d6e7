internal import Kernels

/// Sums by channel that blocks of pixels take on any thread, to be added up in the order of the blocks: the result is
/// the same on any number of threads. Each block's are taken once.
struct PartialSums: Sendable {
  private let blocks: Int
  private let channels: Int
  private let memory: Buffer<Double>  // [blocks, 2, channels]

  init(blocks: Int, channels: Int) {
    self.blocks = blocks
    self.channels = channels
    memory = Buffer(count: blocks * 2 * channels)
  }

  /// Takes the sums of a block's values and of their squares.
  func takeMoments(of maps: FeatureMaps, _ pixels: Range<Int>, block: Int, channels: Range<Int>? = nil) {
    let range = channels ?? 0..<self.channels
    let first = unsafe memory + (block * 2 * self.channels + range.lowerBound)
    unsafe maps.withPointer { values in
      unsafe antiphon_moments(
        first, first + self.channels, values + (pixels.lowerBound * maps.pitch + range.lowerBound), maps.pitch,
        pixels.count, range.count)
    }
  }

  /// Makes a block of the gradient of what `source` says the gradient of its values before they are held to their
  /// floor, and takes the sums of it and of its products with `partner`.
  func gate(
    _ gradient: FeatureMaps, by source: Source, partner: FeatureMaps, _ pixels: Range<Int>, block: Int,
    channels: Range<Int>? = nil
  ) {
    let range = channels ?? 0..<self.channels
    let first = unsafe memory + (block * 2 * self.channels + range.lowerBound)
    unsafe gradient.withPointer { values in
      unsafe partner.withPointer { other in
        unsafe antiphon_gate(
          values + range.lowerBound, gradient.pitch, source.from(channel: range.lowerBound), other + range.lowerBound,
          partner.pitch, first, first + self.channels, pixels.lowerBound, pixels.count, range.count)
      }
    }
  }

  /// The sums over all blocks.
  var total: ChannelSums {
    var first = [Double](repeating: 0, count: channels)
    var second = first
    for block in 0..<blocks {
      for channel in 0..<channels {
        first[channel] += memory[block * 2 * channels + channel]
        second[channel] += memory[(block * 2 + 1) * channels + channel]
      }
    }
    return ChannelSums(first: first, second: second)
  }
}
