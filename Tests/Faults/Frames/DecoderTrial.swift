public import Parameters
import Wire

/// Hostile frames against the decoder: it crashes on none, and what it takes it has read to the last bit.
public struct DecoderTrial {
  /// Frames that were taken for right ones; damage may leave a frame readable.
  public private(set) var accepted = 0
  public private(set) var refused = 0
  /// The first frame that was taken, and is not what its values are encoded as.
  public private(set) var misread: [UInt8]?

  private var samples: FrameSamples
  private var mutation: FrameMutation

  public init(_ manifest: Manifest, seed: UInt64) {
    samples = FrameSamples(manifest, run: 0xfeed, seed: seed)
    mutation = FrameMutation(seed: seed)
  }

  /// Decodes so many frames, half of them requests, each as a request and as a reply.
  public mutating func run(frames: Int) {
    for index in 0..<frames {
      var frame = index % 2 == 0 ? samples.request() : samples.reply()
      mutation.apply(to: &frame)
      let bytes = frame.parts.first ?? []
      note(bytes, isRead: reread(asRequest: bytes))
      note(bytes, isRead: reread(asReply: bytes))
    }
  }

  private mutating func note(_ bytes: [UInt8], isRead encoded: [UInt8]?) {
    guard let encoded else {
      refused += 1
      return
    }
    accepted += 1
    if encoded != bytes { misread = misread ?? bytes }
  }

  /// What a frame says, encoded once more; `nil` where it is refused.
  private func reread(asRequest bytes: [UInt8]) -> [UInt8]? {
    guard let (envelope, request) = try? Request.decode(bytes) else { return nil }
    return request.encoded(envelope)
  }

  private func reread(asReply bytes: [UInt8]) -> [UInt8]? {
    guard let (envelope, reply) = try? Reply.decode(bytes) else { return nil }
    return reply.encoded(envelope)
  }
}
