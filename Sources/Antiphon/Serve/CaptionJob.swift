import Captions
import Media

/// A recording that somebody wants captions of.
struct CaptionJob: Sendable {
  enum Source: Equatable, Sendable {
    /// A file that was sent.
    case file
    case address(WebAddress)
    /// What a page of a site shows.
    case page(WebAddress)

    /// Who is asked for it.
    var host: String? {
      switch self {
      case .file: nil
      case .address(let address), .page(let address): address.host
      }
    }
  }

  enum State: String, Encodable, Sendable {
    case waiting, running, done, failed, cancelled

    var isOver: Bool { self == .done || self == .failed || self == .cancelled }
  }

  /// What is done with it next.
  enum Stage: Sendable {
    case fetching, hearing
  }

  /// Nobody can guess it.
  let id: String
  let source: Source
  /// The folder of what is sent or fetched.
  let folder: ScratchFolder
  /// Where the recording is, once it is there.
  var file: String?
  var state = State.waiting
  var stage: Stage
  /// Whether somebody is at it.
  var isBusy = false
  /// 0...1.
  var progress = 0.0
  var seconds: Double?
  var failure: String?
  var note: HearingNote?
  var captions: [SoundEvent] = []
  var picture: SoundPicture.Told?

  /// Whether all of it has been heard.
  var isComplete: Bool {
    if case .isCut = note { false } else { state == .done }
  }

  init(_ source: Source, in folder: ScratchFolder, file: String? = nil) {
    // 128 bits that the kernel gives.
    id = (0..<16).map { _ in UInt8.random(in: 0...255).hexadecimal }.joined()
    self.source = source
    self.folder = folder
    self.file = file
    stage = source == .file ? .hearing : .fetching
  }
}

extension UInt8 {
  /// Two digits.
  var hexadecimal: String { (self < 16 ? "0" : "") + String(self, radix: 16) }
}
