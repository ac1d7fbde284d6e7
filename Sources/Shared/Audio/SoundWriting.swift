internal import CSndFile
import Glibc

/// How the samples of a file are stored.
public enum SoundEncoding: Sendable {
  /// WAV, 16 bit: what lies beyond -1...1 is clipped.
  case wave
  /// WAV, 32 bit float: exact.
  case floatWave
  /// FLAC, 16 bit, lossless from there on.
  case flac

  fileprivate var format: Int32 {
    switch self {
    case .wave: Int32(SF_FORMAT_WAV | SF_FORMAT_PCM_16)
    case .floatWave: Int32(SF_FORMAT_WAV | SF_FORMAT_FLOAT)
    case .flac: Int32(SF_FORMAT_FLAC | SF_FORMAT_PCM_16)
    }
  }
}

/// Writes mono samples as a sound file, by libsndfile; the same samples give the same bytes.
///
/// - Throws: `AudioError.cannotWrite`, with the system's or libsndfile's reason.
public func writeSound(
  _ samples: [Float], to path: String, sampleRate: Int = 16_000, as encoding: SoundEncoding = .wave
) throws(AudioError) {
  let descriptor = unsafe open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
  guard descriptor >= 0 else { throw .cannotWrite(path: path, reason: systemError()) }
  var info = SF_INFO()
  info.samplerate = Int32(sampleRate)
  info.channels = 1
  info.format = encoding.format
  guard let handle = unsafe sf_open_fd(descriptor, Int32(SFM_WRITE), &info, Int32(SF_TRUE)) else {
    throw .cannotWrite(path: path, reason: message(of: nil))
  }
  // No peak chunk: it holds the time of day.
  unsafe sf_command(handle, Int32(SFC_SET_ADD_PEAK_CHUNK), nil, Int32(SF_FALSE))
  unsafe sf_command(handle, Int32(SFC_SET_CLIPPING), nil, Int32(SF_TRUE))
  let written = unsafe samples.withUnsafeBufferPointer {
    Int(unsafe sf_write_float(handle, $0.baseAddress, Int64($0.count)))
  }
  let reason = unsafe message(of: handle)
  let isClosed = unsafe sf_close(handle) == 0
  guard written == samples.count, isClosed else { throw .cannotWrite(path: path, reason: reason) }
}
