internal import CSndFile

/// How many bytes of sound the header of a WAV, RF64, W64, AIFF or AU file promises, where the file has fewer.
///
/// libsndfile reads such a file to its end as if it were whole, and says so in its log alone (`SFC_GET_LOG_INFO`):
/// `data : 4026531840 (should be 64000)`, ` SSND : 96008 (should be 39954)`.
struct HeaderPromise {
  /// What programs that write to a pipe, and cannot know the length, put there: it promises nothing.
  private static let placeholders = [0x7fff_f000, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff]

  let promised: Int
  let found: Int

  init?(_ handle: OpaquePointer) {
    var log = [CChar](repeating: 0, count: 4096)
    let size = Int32(log.count)
    let count = unsafe log.withUnsafeMutableBufferPointer {
      unsafe sf_command(handle, Int32(SFC_GET_LOG_INFO), $0.baseAddress, size)
    }
    let text = String(decoding: log.prefix(max(0, Int(count))).map(UInt8.init(bitPattern:)), as: UTF8.self)
    guard let match = text.firstMatch(of: /(?:data|SSND|Data Size|Riff size|riff) *: (\d+) \(should be (\d+)\)/),
      let promised = Int(match.1), let found = Int(match.2), promised > found, !Self.placeholders.contains(promised)
    else { return nil }
    self.promised = promised
    self.found = found
  }
}
