import Foundation
import Kernels
import Testing

@testable import Audio

@Suite struct `The log-mel front end` {
  @Test func `has VGGish's mel matrix`() throws {
    let golden = try Golden().melmat
    let settings = FrontEndSettings()
    let bands = MelBands(settings)
    let rows = (0..<settings.bands).map { bands.row($0, bins: settings.bins) }
    #expect(golden.shape == [settings.bins, settings.bands])
    #expect(rows.joined().count { $0 > 0 } == golden.nonzero)
    #expect(abs(rows.joined().reduce(0) { $0 + Double($1) } - golden.sum) < 1e-4)
    let sums = rows.map { $0.reduce(0) { $0 + Double($1) } }
    #expect(zip(sums.prefix(8), golden.colsumFirst8).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(zip(sums.suffix(4), golden.colsumLast4).allSatisfy { abs($0 - $1) < 1e-5 })
    #expect(rows.prefix(12).map { $0.firstIndex { $0 > 0 } } == golden.firstNonzeroBinPerBandFirst12)
  }

  @Test(arguments: ["sine1k", "chirp", "silence"])
  func `gives VGGish's values`(_ name: String) throws {
    let golden = try Golden()
    let expected = try golden.signal(name)
    let values = patches(golden.samples(name, count: expected.samples), blocks: { _ in .max })
    try #require(values.count == expected.shape.reduce(1, *))
    let all = values.map(Double.init)
    let mean = all.reduce(0, +) / Double(all.count)
    let deviation = (all.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(all.count)).squareRoot()
    #expect(abs(mean - expected.mean) < 1e-5)
    #expect(abs(deviation - expected.std) < 1e-5)
    #expect(abs(all.min()! - expected.min) < 1e-3)
    #expect(abs(all.max()! - expected.max) < 1e-3)
    let differences = zip(all.prefix(64) + all.suffix(64), expected.ex0Frame0 + expected.ex2Frame95)
      .map { abs($0 - $1) }
    #expect(differences.max()! < 1e-3)
    #expect(differences.reduce(0, +) / 128 < 1e-5)
  }

  /// Transforms of 4 to 512 points, of windows that fill them or do not.
  @Test(arguments: [3, 5, 11, 32, 50, 127, 300], [4, 12])
  func `gives what the definition gives`(windowLength: Int, frames: Int) {
    var settings = FrontEndSettings()
    settings.windowSeconds = Double(windowLength) / 16_000
    settings.framesPerPatch = frames
    settings.bands = 8
    let sound = Sounds.noise(count: settings.samplesPerPatch)
    var logMel = LogMel(settings)
    var patch = [Float](repeating: 0, count: settings.valuesPerPatch)
    logMel.compute(sound, into: &patch)
    let bands = MelBands(settings)
    let rows = (0..<settings.bands).map { bands.row($0, bins: settings.bins) }
    for frame in 0..<frames {
      let magnitudes = slowMagnitudes(Array(sound[(frame * settings.hopLength)...].prefix(windowLength)), settings)
      for band in rows.indices {
        let sum = zip(rows[band], magnitudes).reduce(0) { $0 + Double($1.0) * $1.1 }
        #expect(abs(Double(patch[frame * settings.bands + band]) - log(sum + 0.01)) < 1e-5)
      }
    }
  }

  @Test func `makes its first patch of 15,600 samples and the next of each 15,360`() {
    for (count, expected) in [(15_599, 0), (15_600, 1), (30_959, 1), (30_960, 2)] {
      #expect(patches(Sounds.noise(count: count), blocks: { _ in .max }).count == expected * 6_144)
    }
  }

  @Test func `gives the same bits however the sound is cut into blocks`() {
    let sound = Sounds.noise(count: 80_000)
    let whole = patches(sound, blocks: { _ in .max })
    #expect(whole.count == 5 * 6_144)
    #expect(whole == patches(sound, blocks: { _ in 1 }))
    #expect(whole == patches(sound, blocks: { _ in 15_360 }))
    var state: UInt32 = 7
    let random = patches(sound) { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return Int(state >> 16) % 40_000
    }
    #expect(whole == random)
  }

  @Test func `depends on a patch's own samples only`() {
    let sound = Sounds.noise(count: 15_360 + 15_600)
    let second = patches(Array(sound[15_360...]), blocks: { _ in .max })
    #expect(Array(patches(sound, blocks: { _ in .max }).suffix(6_144)) == second)
  }

  @Test func `forgets all at a reset`() {
    let sound = Sounds.noise(count: 15_600)
    var stream = LogMelStream()
    stream.append(Sounds.noise(count: 9_000, seed: 5).span) { _ in }
    stream.reset()
    var values: [Float] = []
    stream.append(sound.span) { patch in for index in patch.indices { values.append(patch[index]) } }
    #expect(values == patches(sound, blocks: { _ in .max }))
  }

  @Test func `keeps one patch of a long stream in memory`() {
    var stream = LogMelStream()
    let before = stream.capacity
    let block = Sounds.noise(count: 20_000)
    var count = 0
    for _ in 0..<100 { stream.append(block.span) { _ in count += 1 } }
    #expect(count == (100 * 20_000 - 15_600) / 15_360 + 1)
    #expect(stream.capacity == before)
  }

  @Test func `takes logarithms to a few units in the last place`() {
    for exponent in -20...20 {
      for step in 0..<50 {
        let x = Float(pow(2, Double(exponent))) * (1 + Float(step) / 50)
        let exact = log(Double(x))
        #expect(abs(Double(antiphon_logarithm(x)) - exact) <= 2.5e-7 * max(abs(exact), 0.25), "ln \(x)")
      }
    }
  }

  /// The magnitude of each bin of one frame, by the sums that define it.
  private func slowMagnitudes(_ samples: [Float], _ settings: FrontEndSettings) -> [Double] {
    (0..<settings.bins).map { bin in
      var (real, imaginary) = (0.0, 0.0)
      for (index, sample) in samples.enumerated() {
        let angle = 2 * Double.pi * Double(index * bin % settings.transformLength) / Double(settings.transformLength)
        let value = Double(sample) * (0.5 - 0.5 * cos(2 * .pi * Double(index) / Double(samples.count)))
        real += value * cos(angle)
        imaginary -= value * sin(angle)
      }
      return (real * real + imaginary * imaginary).squareRoot()
    }
  }

  /// All values of all patches, the sound cut into blocks of `blocks(position)` samples.
  private func patches(_ sound: [Float], blocks: (Int) -> Int) -> [Float] {
    var stream = LogMelStream()
    var values: [Float] = []
    var position = 0
    while position < sound.count {
      let count = min(blocks(position), sound.count - position)
      stream.append(sound.span.extracting(position..<position + count)) { patch in
        for index in patch.indices { values.append(patch[index]) }
      }
      position += count
    }
    return values
  }
}

extension MelBands {
  /// The weight of each bin in one band, `[bins]`.
  fileprivate func row(_ band: Int, bins: Int) -> [Float] {
    let range = Int(ranges[2 * band])..<Int(ranges[2 * band + 1])
    let begin = (0..<band).reduce(0) { $0 + Int(ranges[2 * $1 + 1] - ranges[2 * $1]) }
    return (0..<bins).map { range.contains($0) ? weights[begin + $0 - range.lowerBound] : 0 }
  }
}

/// The values of an independent numpy front end in double precision.
private struct Golden: Decodable {
  struct Matrix: Decodable {
    let shape: [Int], nonzero: Int, sum: Double
    let colsumFirst8: [Double], colsumLast4: [Double], firstNonzeroBinPerBandFirst12: [Int]
  }

  struct Signal: Decodable {
    let samples: Int, shape: [Int]
    let mean: Double, std: Double, min: Double, max: Double
    let ex0Frame0: [Double], ex2Frame95: [Double]
  }

  let melmat: Matrix
  private let sine1k: Signal, chirp: Signal, silence: Signal

  init() throws {
    let data = try Data(contentsOf: URL(filePath: Sounds.fixture("frontend_golden.json")))
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    self = try decoder.decode(Golden.self, from: data)
  }

  func signal(_ name: String) throws -> Signal {
    try #require(["sine1k": sine1k, "chirp": chirp, "silence": silence][name])
  }

  func samples(_ name: String, count: Int) -> [Float] {
    (0..<count).map { index in
      let t = Double(index) / 16_000
      return switch name {
      case "sine1k": Float(sin(2 * .pi * 1000 * t))
      case "chirp": Float(0.5 * sin(2 * .pi * (100 * t + 1150 * t * t)))
      default: 0
      }
    }
  }
}
