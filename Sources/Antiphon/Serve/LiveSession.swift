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
    /// How many have come in all.
    var count = 0
    var isOver = false
  }

  /// Sound that may be ahead of time, or wait to be heard: who sends more is not live, or this machine is too slow.
  private static let mostAheadSeconds = 30.0
  /// Who is silent for longer has gone.
  private static let longestSilence = 60.0
  /// Samples a second that are sent, of two bytes each.
  static let sampleRate = 16_000

  let answers: AsyncStream<String>
  private let answer: AsyncStream<String>.Continuation
  private let model: CaptionModel
  private let state = Mutex(State())
  private let news = DispatchSemaphore(value: 0)
  private let start = ContinuousClock.now

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
    let bytesPerSecond = Double(Self.sampleRate * 2)
    let ahead = state.withLock { state in
      if !state.isOver { state.bytes += bytes }
      state.count += bytes.count
      let sounded = (ContinuousClock.now - start) / .seconds(1)
      return max(Double(state.count) / bytesPerSecond - sounded, Double(state.bytes.count) / bytesPerSecond)
    }
    if ahead > Self.mostAheadSeconds {
      let most = Int(Self.mostAheadSeconds)
      fail("expected sound as it sounds, more than \(most) s of it are ahead of time or wait to be heard")
    }
    news.signal()
  }

  func end() {
    state.withLock { $0.isOver = true }
    news.signal()
  }

  private func fail(_ reason: String) {
    let wasOver = state.withLock { state in
      defer { (state.isOver, state.bytes) = (true, []) }
      return state.isOver
    }
    if !wasOver { answer.yield(["error": reason].line) }
  }

  private func listen() {
    var scores = SoundScores(model.sound, isLive: true)
    var captions = model.liveCaptions
    var (lastAnswer, lastSound) = (ContinuousClock.now, ContinuousClock.now)
    while let samples = take() {
      let changes: [LiveCaption]
      do {
        changes = try scores.add(samples).flatMap { captions.add($0.scores) }
      } catch { return fail("\(error)") }
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
    _ = news.wait(timeout: .now() + 0.1)
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

/// What is said to those for whom there is no place: a page is told no reason where its WebSocket is refused.
struct NoSession: Conversation {
  let answers: AsyncStream<String>

  init(_ reason: String) {
    answers = AsyncStream { answer in
      answer.yield(["error": reason].line)
      answer.finish()
    }
  }

  func hear(_ bytes: [UInt8]) {}

  func end() {}
}
