internal import CSndFile

/// How many bytes of sound a WAV header promises, where the file has fewer.
///
/// libsndfile reads such a file to its end as if it were whole, and says so in its log alone (`SFC_GET_LOG_INFO`):
/// `data : 4026531840 (should be 64000)`, and of RF64 `Riff size : 5000000100 (should be 64072)`. The largest number of
/// 32 bits promises nothing: programs that write to a pipe put it there.
struct HeaderPromise {
  let promised: Int
  let found: Int

  init?(_ handle: OpaquePointer) {
    var log = [CChar](repeating: 0, count: 4096)
    let size = Int32(log.count)
    let count = unsafe log.withUnsafeMutableBufferPointer {
      unsafe sf_command(handle, Int32(SFC_GET_LOG_INFO), $0.baseAddress, size)
    }
    let text = String(decoding: log.prefix(max(0, Int(count))).map(UInt8.init(bitPattern:)), as: UTF8.self)
    guard let match = text.firstMatch(of: /(?:data|Riff size) *: (\d+) \(should be (\d+)\)/),
      let promised = Int(match.1), let found = Int(match.2), promised > found, promised != UInt32.max
    else { return nil }
    self.promised = promised
    self.found = found
  }
}
