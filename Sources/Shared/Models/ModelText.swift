/// A model as somebody wrote it: NAME, -LAYERSxUNITS, -wFILTERS, -bUNITS, -rRANK and -iSIZE or -iFRAMESxBANDS, in this order.
struct ModelText {
  private let text: String
  private let name: Substring
  private let layers: Int?
  private let units: Int?
  private let filters: Int?
  private let bottleneck: Int?
  private let rank: Int?
  private let sizes: [Int]

  init(_ text: String) throws(ModelError) {
    let form = /([a-z]{2,}(?:-[a-z]{2,})*[0-9]*)(?:-([0-9]+)x([0-9]+))?(-[a-z0-9-]+)?/
    guard let (_, name, layers, units, rest) = text.wholeMatch(of: form)?.output,
      let (_, filters, bottleneck, rank, first, second) = (rest ?? "")
        .wholeMatch(of: /(?:-w([0-9]+))?(?:-b([0-9]+))?(?:-r([0-9]+))?(?:-i([0-9]+)(?:x([0-9]+))?)?/)?.output
    else { throw Self.unknown(text) }
    func number(_ digits: Substring?, of what: String, upTo most: Int) throws(ModelError) -> Int? {
      guard let digits else { return nil }
      guard let number = Int(digits), (1...most).contains(number) else {
        throw ModelError("expected 1 to \(most) \(what), but '\(text)' came")
      }
      return number
    }
    self.text = text
    self.name = name
    self.layers = try number(layers, of: "layers", upTo: 64)
    self.units = try number(units, of: "units", upTo: 100_000)
    self.filters = try number(filters, of: "filters", upTo: 1024)
    self.bottleneck = try number(bottleneck, of: "units in the bottleneck", upTo: 1024)
    self.rank = try number(rank, of: "ranks", upTo: 64)
    var sizes: [Int] = []
    for digits in [first, second] {
      if let size = try number(digits, of: "values of an input", upTo: 4096) { sizes.append(size) }
    }
    self.sizes = sizes
  }

  var specification: ModelSpecification {
    get throws(ModelError) {
      if name == "fc", filters == nil, rank == nil {
        return ModelSpecification(
          .fullyConnected(layers: layers ?? 3, units: units ?? 1000), bottleneck: bottleneck,
          input: sizes.count == 2 ? .patch(frames: sizes[0], bands: sizes[1]) : sizes.first.map { .vector(size: $0) })
      }
      if let clip = ClipArchitecture(rawValue: String(name)), filters == nil, bottleneck == nil, sizes.count < 2,
        rank == nil || clip == .secondOrderAttention
      {
        guard layers ?? clip.fewestLayers >= clip.fewestLayers else {
          throw ModelError("expected at least \(clip.fewestLayers) layers of \(clip.rawValue), but '\(text)' came")
        }
        return ModelSpecification(
          .clip(clip, layers: layers ?? 3, units: units ?? 1024, rank: rank ?? 1),
          input: sizes.first.map { .clip(size: $0) })
      }
      if layers == nil, rank == nil, sizes.isEmpty,
        let architecture = Architecture.convolutional.first(where: { "\($0)" == name })
      {
        return ModelSpecification(architecture, filters: filters, bottleneck: bottleneck)
      }
      throw Self.unknown(text)
    }
  }

  private static func unknown(_ text: String) -> ModelError {
    ModelError("expected a model: \(ModelSpecification.forms), but '\(text)' came")
  }
}
