internal import Audio

extension Preparation {
  /// The patches of a sound file of any kind that libsndfile decodes, read as a stream.
  public static let soundFiles: PatchSource = { path, settings, take in
    var file = try SoundFile(path: path, sampleRate: settings.sampleRate)
    var stream = LogMelStream(settings)
    var block: [Float] = []
    var count = 0
    while try file.read(into: &block) {
      count += block.count
      try stream.append(block.span, receive: take)
    }
    return Double(count) / Double(settings.sampleRate)
  }
}
