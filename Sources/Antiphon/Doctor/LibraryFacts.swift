import Audio
import Foundation
import Tensors
import Transport

/// Which libraries the program has loaded.
struct LibraryFacts {
  var messages: String
  var hasKeys: Bool
  var linearAlgebra: String
  var linearAlgebraKernel: String
  /// The kernels that OpenBLAS should have chosen, if others.
  var fittingKernel: String?
  var fourierTransform: String
  var soundFiles: String
  var resampling: String
}

extension LibraryFacts {
  static func gathered() -> LibraryFacts {
    LibraryFacts(
      messages: MessageLibrary.version, hasKeys: MessageLibrary.hasKeys,
      linearAlgebra: LinearAlgebraLibrary.configuration, linearAlgebraKernel: LinearAlgebraLibrary.kernel,
      fittingKernel: LinearAlgebraLibrary.fittingKernel, fourierTransform: SoundLibraries.fourierTransform,
      soundFiles: SoundLibraries.soundFiles, resampling: SoundLibraries.resampling)
  }

  var findings: [Finding] { [messageFinding, linearAlgebraFinding, soundFinding] }

  var messageFinding: Finding {
    hasKeys
      ? .ok("libzmq", "ZeroMQ \(messages) with CURVE")
      : .problem(
        "libzmq", "ZeroMQ \(messages) without CURVE, so that nothing can listen beyond loopback with keys",
        "install a libzmq that is built with libsodium, as Debian's libzmq5 is")
  }

  var linearAlgebraFinding: Finding {
    let version = linearAlgebra.split(separator: " ").prefix(2).joined(separator: " ")
    guard let fittingKernel else {
      return .ok("OpenBLAS", "\(version), kernels for \(linearAlgebraKernel)")
    }
    return .warning(
      "OpenBLAS",
      "\(version) has kernels for \(linearAlgebraKernel), where this processor has those for \(fittingKernel)",
      "unset OPENBLAS_CORETYPE, or install Debian's libopenblas0-pthread, which knows more processors")
  }

  var soundFinding: Finding {
    let names = [fourierTransform, soundFiles, resampling].joined(separator: ", ")
    let numbers = soundFiles.split { !$0.isNumber }.prefix(2).compactMap { Int($0) }
    guard numbers.count == 2, (numbers[0], numbers[1]) >= (1, 1) else {
      return .warning("sound", "\(names): MP3 needs libsndfile 1.1", "install a newer libsndfile1, or convert to FLAC")
    }
    return .ok("sound", names)
  }
}
