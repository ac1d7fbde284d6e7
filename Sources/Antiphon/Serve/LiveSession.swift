import Captions
import Dispatch
import Foundation
import HTTP
import Synchronization
import Tensors

/// Sound that somebody sends as it sounds, and its captions, on a thread of its own.
final class LiveSession: Conversation {
  private struct State {
    /// 16-bit little-endian samples that were not heard yet.
    var bytes: [UInt8] = []
    var isOver = false
  }

  /// Samples that may wait: who sends more at once is not live, or this machine is too slow.
  private static let mostWaitingSeconds = 30
  /// Who is silent for longer has gone.
  private static let longestSilence = 60.0
  private static let sampleRate = 16_000

  let answers: AsyncStream<String>
  private let answer: AsyncStream<String>.Continuation
  private let model: CaptionModel
  private let state = Mutex(State())
  private let news = DispatchSemaphore(value: 0)

  init(_ model: CaptionModel) {
    self.model = model
    (answers, answer) = AsyncStream.makeStream(of: String.self)
    answer.onTermination = { [weak self] _ in self?.end() }
  }

  /// Begins to hear.
  ///
  /// - Parameter isOver: Called once it has ended.
  func open(_ pool: ThreadPool, isOver: @escaping @Sendable () -> Void) {
    Thread.detachNewThread { [self] in
      ThreadPool.$current.withValue(pool) { listen() }
      answer.finish()
      isOver()
    }
  }

  func hear(_ bytes: [UInt8]) {
    let isTooMuch = state.withLock { state in
      state.bytes += bytes
      return state.bytes.count > Self.mostWaitingSeconds * Self.sampleRate * 2
    }
    if isTooMuch { fail("expected sound as it sounds, \(Self.mostWaitingSeconds) s of it wait to be heard") }
    news.signal()
  }

  func end() {
    state.withLock { $0.isOver = true }
    news.signal()
  }

  private func fail(_ reason: String) {
    state.withLock { ($0.isOver, $0.bytes) = (true, []) }
    answer.yield(["error": reason].line)
  }

  private func listen() {
    var scores = SoundScores(model.network, model.frontEnd, isLive: true)
    var captions = model.liveCaptions
    var (lastAnswer, lastSound) = (ContinuousClock.now, ContinuousClock.now)
    while let samples = take() {
      let changes = scores.add(samples).flatMap { captions.add($0.scores) }
      let now = ContinuousClock.now
      if !samples.isEmpty { lastSound = now }
      if now - lastSound > .seconds(Self.longestSilence) {
        fail("expected sound, none has come for \(Int(Self.longestSilence)) s")
      } else if !changes.isEmpty || now - lastAnswer >= .milliseconds(750) {
        lastAnswer = now
        answer.yield(
          LiveText(heardSeconds: scores.seconds, captions: changes.map { CaptionText($0, model.names) }).line)
      }
    }
  }

  /// Waits for samples, but not for long.
  ///
  /// - Returns: Those that have come, -1...1; `nil` once the session is over.
  private func take() -> [Float]? {
    _ = news.wait(timeout: .now() + 0.25)
    let taken = state.withLock { state -> [UInt8]? in
      guard !state.isOver else { return nil }
      let whole = state.bytes.count & ~1
      let bytes = Array(state.bytes[..<whole])
      state.bytes.removeFirst(whole)
      return bytes
    }
    return taken.map { bytes in
      stride(from: 0, to: bytes.count, by: 2).map { index in
        Float(Int16(bitPattern: UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8)) / 32_768
      }
    }
  }
}
